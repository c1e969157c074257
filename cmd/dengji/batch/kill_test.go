package batch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"dengji/rules"
)

// runEnv makes the test program a run over the inbox and OUT that it names,
// with the mock as its worker.
const runEnv = "DENGJI_TEST_RUN"

// runAsProgram is the life of such a process.
func runAsProgram() int {
	inbox, out, _ := strings.Cut(os.Getenv(runEnv), "\n")
	forms, err := rules.LoadForms()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if limit := os.Getenv("DENGJI_TEST_FILE_SIZE"); limit != "" {
		n, err := strconv.ParseUint(limit, 10, 64)
		if err == nil {
			err = unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: n, Max: n})
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	_, err = Run(context.Background(), Config{Inbox: inbox, Out: out, Forms: forms, Version: "test", RulesKey: "rules", Readers: "mock", Now: time.Now,
		Pool: Pool{Command: Command{Path: self, Env: []string{mockEnv + "=1"}}, Setup: Setup{Reader: "auto", Parallel: 1, PageImages: filepath.Join(out, "pages")},
			Workers: 2, Bounds: Bounds{Time: time.Minute, Memory: 400 << 20}}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func runProcess(t *testing.T, inbox, out string, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(append(os.Environ(), runEnv+"="+inbox+"\n"+out), env...)
	return cmd
}

// formText is a form as the mock reads it, a line each.
func formText(company int, phone string) string {
	return fmt.Sprintf(`good
优秀软件产品登记表
一、企业基本信息
企业名称（填写企业全称并盖章）：济南第%d号软件有限公司
法人代表姓名：张三
企业网址：www.example.com
通信地址：济南市某路%d号
邮政编码：250101
项目联系人：李四
联系电话：%s
邮箱：a@example.com
部门与职务：经理
二、优秀创新产品信息（没有的请填“无”）
三、产品相关著作权证明、知识产权证明等`, company, company, phone)
}

// fillInbox writes forms of n companies, each in a folder of its own.
func fillInbox(t *testing.T, inbox string, n int) {
	t.Helper()
	for i := range n {
		put(t, inbox, fmt.Sprintf("%03d/登记表.txt", i), formText(i, fmt.Sprintf("138%08d", i)))
	}
}

var times = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

// result is what a run left in OUT, without times.
func result(t *testing.T, out string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(out, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.Contains(e.Name(), ".json") || e.Name() == "run.json" {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(out, path)
		files[rel] = times.ReplaceAllString(string(data), "TIME")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// count is the number that an environment variable asks for.
func count(t *testing.T, name string, otherwise int) int {
	t.Helper()
	if v := os.Getenv(name); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return otherwise
}

// watchForTears reads the files of OUT again and again and says which was not
// whole.
func watchForTears(out string, stop <-chan struct{}) <-chan error {
	found := make(chan error, 1)
	go func() {
		defer close(found)
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
			names, _ := filepath.Glob(filepath.Join(out, "records", "*.json"))
			for _, name := range append(names, filepath.Join(out, "run.json"), filepath.Join(out, "records.jsonl")) {
				data, err := os.ReadFile(name)
				if err != nil {
					continue // not yet, or no longer there
				}
				for line := range bytes.Lines(data) {
					if strings.HasSuffix(name, ".jsonl") && !json.Valid(line) {
						found <- fmt.Errorf("%s has half a line", name)
						return
					}
				}
				if !strings.HasSuffix(name, ".jsonl") && (!json.Valid(data) || data[len(data)-1] != '\n') {
					found <- fmt.Errorf("%s is torn", name)
					return
				}
			}
		}
	}()
	return found
}

// Killed at random moments and run again, a run ends with what an undisturbed
// one gives, and nobody ever sees half a file. KILLS says how often; one life
// ends when the result is there, and the next begins with an empty OUT.
func TestKilledAtRandom(t *testing.T) {
	kills := count(t, "KILLS", 12)
	dir := t.TempDir()
	inbox, whole := filepath.Join(dir, "in"), filepath.Join(dir, "whole")
	fillInbox(t, inbox, 20)
	start := time.Now()
	if out, err := runProcess(t, inbox, whole).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	span := time.Since(start)
	want := result(t, whole)
	if len(want) != 21 {
		t.Fatalf("%d files were written, want 20 records and their lines", len(want))
	}
	rnd := rand.New(rand.NewPCG(7, 7))
	out := filepath.Join(dir, "out")
	stop := make(chan struct{})
	tears := watchForTears(out, stop)
	for k := 0; k < kills; {
		lives := 1 + rnd.IntN(4)
		for ; lives > 0 && k < kills; lives, k = lives-1, k+1 {
			cmd := runProcess(t, inbox, out)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rnd.Int64N(int64(span) * 5 / 4)))
			_ = cmd.Process.Kill() // it may have ended
			_ = cmd.Wait()
		}
		if said, err := runProcess(t, inbox, out).CombinedOutput(); err != nil {
			t.Fatalf("after %d kills: %v: %s", k, err, said)
		}
		got := result(t, out)
		for name, text := range want {
			if got[name] != text {
				t.Fatalf("after %d kills %s differs:\n%s\nwant\n%s", k, name, got[name], text)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("after %d kills there are %d files, want %d", k, len(got), len(want))
		}
		if findings, err := Check(context.Background(), out, inbox, false); err != nil || len(findings) > 0 {
			t.Fatalf("after %d kills: %v, %v", k, findings, err)
		}
		if err := os.RemoveAll(out); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	if err := <-tears; err != nil {
		t.Error(err)
	}
	// Workers notice that their parent is gone by their input's end.
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		left := orphans(t)
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("processes left behind: %v", left)
		}
	}
}

// orphans lists the mock workers whose parent is gone.
func orphans(t *testing.T) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, d := range dirs {
		exe, err := os.Readlink(filepath.Join(d, "exe"))
		if err == nil && exe == self && filepath.Base(d) != strconv.Itoa(os.Getpid()) {
			left = append(left, d)
		}
	}
	return left
}

// A disk that is full stops the run with words that help, and what was there
// before is still there.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	inbox, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	fillInbox(t, inbox, 6)
	if said, err := runProcess(t, inbox, out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	before := result(t, out)
	fillInbox(t, inbox, 40)
	info, err := os.Stat(filepath.Join(out, "dengji.db"))
	if err != nil {
		t.Fatal(err)
	}
	// Files may grow a little, then no further: as on a full disk, but for
	// every file by itself.
	for _, more := range []int64{0, 8 << 10, 64 << 10} {
		said, err := runProcess(t, inbox, out, fmt.Sprintf("DENGJI_TEST_FILE_SIZE=%d", info.Size()+more)).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || !exit.Exited() || !strings.Contains(string(said), "make room") {
			t.Fatalf("with %d bytes more: %v, it said: %s", more, err, said)
		}
		after := result(t, out)
		for name, text := range before {
			if name != "records.jsonl" && after[name] != text {
				t.Errorf("with %d bytes more %s was lost", more, name)
			}
		}
		if findings, err := Check(context.Background(), out, "", false); err != nil {
			t.Errorf("with %d bytes more: %v, %v", more, findings, err)
		}
	}
	if said, err := runProcess(t, inbox, out).CombinedOutput(); err != nil {
		t.Fatalf("with room again: %v: %s", err, said)
	}
	if got := result(t, out); len(got) != 41 {
		t.Errorf("with room again there are %d files, want 41", len(got))
	}
}
