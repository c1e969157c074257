//go:build ignore

// Command words_list writes words.txt from the dictionary of gse, whose words
// and frequencies are jieba's:
//
//	go run normalize/words_list.go >normalize/words.txt
package main

import (
	"bufio"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// least is how often a pair must stand in the counted texts.
const least = 20

func main() {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-ego/gse").Output()
	if err != nil {
		log.Fatalf("finding gse: %v", err)
	}
	f, err := os.Open(strings.TrimSpace(string(dir)) + "/data/dict/zh/s_1.txt")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	alone, pairs := map[rune]int{}, map[[2]rune]int{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) < 2 {
			continue
		}
		n, err := strconv.Atoi(words[1])
		r := []rune(words[0])
		if err != nil || slices.ContainsFunc(r, func(c rune) bool { return !unicode.Is(unicode.Han, c) }) {
			continue
		}
		if len(r) == 1 {
			alone[r[0]] += n
		}
		for i := 1; i < len(r); i++ {
			pairs[[2]rune{r[i-1], r[i]}] += n
		}
	}
	rows := map[rune][]string{}
	for p, n := range pairs {
		if n >= least {
			rows[p[0]] = append(rows[p[0]], fmt.Sprintf("%c%d", p[1], grade(n)))
		}
	}
	for c, n := range alone {
		if n >= least {
			rows[c] = append(rows[c], fmt.Sprintf("%d", grade(n))) // sorts before the pairs
		}
	}
	fmt.Println("# Characters as they follow one another within words, and how often, in powers of")
	fmt.Println("# four: a line is a character, its own figure where it is a word, then followers.")
	fmt.Println("# Made by normalize/words_list.go from the words of jieba (MIT) as gse has them.")
	var heads []rune
	for c := range rows {
		heads = append(heads, c)
	}
	slices.Sort(heads)
	for _, c := range heads {
		slices.Sort(rows[c])
		fmt.Printf("%c%s\n", c, strings.Join(rows[c], ""))
	}
}

// grade is a frequency in powers of four, 9 at most.
func grade(n int) int { return min(9, int(math.Log2(float64(n))/2)) }
