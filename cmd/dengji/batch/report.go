package batch

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"dengji/extract"
	"dengji/rules"
)

// ReportSchema is the value of Report.Schema.
const ReportSchema = "dengji/run/v1"

// StatusUnreadable is the status of a file that the system would not let us
// open.
const StatusUnreadable extract.Status = "unreadable"

// StatusNotReached is the status of a file that an interrupted run did not
// come to.
const StatusNotReached extract.Status = "not_reached"

// Report is run.json: what became of every entry of the inbox.
type Report struct {
	Schema      string             `json:"schema"`
	Started     string             `json:"started"` // RFC 3339
	Ended       string             `json:"ended"`
	Seconds     float64            `json:"seconds"`
	ExitCode    int                `json:"exit_code"`
	Reading     ReadingReport      `json:"reading"`
	Rules       RulesReport        `json:"rules"`
	Counts      Counts             `json:"counts"`
	Files       []FileReport       `json:"files"`
	Skipped     []Skipped          `json:"skipped"`
	Unassigned  []UnassignedReport `json:"unassigned"`
	Submissions []SubmissionReport `json:"submissions"`
	Vanished    []VanishedReport   `json:"vanished"` // known files that are no longer in the inbox
	Problems    []string           `json:"problems"` // submissions that could not be built or written
	Timings     map[string]float64 `json:"timings"`  // seconds; stages of reading are summed over all children
	Memory      MemoryReport       `json:"memory"`
}

// ReadingReport says what the files were read with.
type ReadingReport struct {
	Mode    string   `json:"mode"` // auto, ppocr, tesseract
	Readers []string `json:"readers"`
	Missing string   `json:"missing,omitempty"` // why PP-OCR did not read
	Workers int      `json:"workers"`
	Key     string   `json:"key"`                     // of the reading cache
	Older   int      `json:"read_by_older,omitempty"` // contents that other readers or settings read; --reread reads them again
}

// RulesReport says what the records were made by.
type RulesReport struct {
	Version string       `json:"version"` // of the program
	Forms   []FormReport `json:"forms"`
	// Catalogue is the list of earlier products that --catalogue gave.
	Catalogue *CatalogueReport `json:"catalogue,omitempty"`
	Received  string           `json:"received,omitempty"` // date of receipt, as --received gave it
}

// CatalogueReport is a list of earlier products.
type CatalogueReport struct {
	File    string `json:"file"`
	SHA256  string `json:"sha256"`
	Entries int    `json:"entries"`
}

func catalogueReport(c *rules.Catalogue) *CatalogueReport {
	if c == nil {
		return nil
	}
	return &CatalogueReport{File: c.File, SHA256: c.SHA256, Entries: len(c.Entries)}
}

// FormReport is one form definition.
type FormReport struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	Provisional bool   `json:"provisional,omitempty"`
}

// Counts sums the run up.
type Counts struct {
	Files       int                    `json:"files"`
	ByStatus    map[extract.Status]int `json:"by_status"`
	Read        int                    `json:"read_now"`   // contents read in this run
	Cached      int                    `json:"from_cache"` // contents known from an earlier run
	Pages       int                    `json:"pages"`
	Submissions int                    `json:"submissions"`
	Clean       int                    `json:"clean"`
	Review      int                    `json:"review"`
	Fields      int                    `json:"fields"`
	ToReview    int                    `json:"fields_to_review"`
	Failed      map[string]int         `json:"checks_failed"` // submissions, by check id
}

// FileReport is one file of the inbox.
type FileReport struct {
	Path         string            `json:"path"`
	SHA256       string            `json:"sha256,omitempty"`
	Size         int64             `json:"size"`
	Status       extract.Status    `json:"status"`
	Reason       string            `json:"reason,omitempty"` // 中文: what was wrong, what to send instead
	Detail       string            `json:"detail,omitempty"` // the error in English
	Format       string            `json:"format,omitempty"`
	Pages        int               `json:"pages,omitempty"`
	Kinds        []string          `json:"kinds,omitempty"`
	Submissions  []string          `json:"submissions,omitempty"` // ids
	DuplicateOf  string            `json:"duplicate_of,omitempty"`
	SupersededBy string            `json:"superseded_by,omitempty"` // sha256 of the newer document that took its place
	Quarantined  bool              `json:"quarantined,omitempty"`   // left alone until it changes or is asked for again
	Cached       bool              `json:"cached,omitempty"`
	Seconds      float64           `json:"seconds,omitempty"` // of reading it, when it was read
	Problems     []extract.Problem `json:"problems,omitempty"`
}

// VanishedReport is a file that an earlier run saw and that is no longer in
// the inbox.
type VanishedReport struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Counts bool   `json:"counts"` // records still rest on it
}

// UnassignedReport is a document that belongs to no submission.
type UnassignedReport struct {
	Path  string  `json:"path"`
	Pages []int   `json:"pages,omitempty"` // from 1; none for the whole file
	Guess string  `json:"guess,omitempty"` // key of the submission it fits best
	Score float64 `json:"score,omitempty"`
	Why   string  `json:"why"`
}

// SubmissionReport is one record in short.
type SubmissionReport struct {
	ID         string `json:"id"`
	Key        string `json:"key"`
	Enterprise string `json:"enterprise,omitempty"`
	Form       string `json:"form"`
	Status     string `json:"status"`
	Revision   int    `json:"revision"`
	Fields     int    `json:"fields"`
	ToReview   int    `json:"fields_to_review"`
	// ChecksFailed and ChecksUnknown are ids of checks.
	ChecksFailed  []string `json:"checks_failed"`
	ChecksUnknown []string `json:"checks_unknown"`
	// Missing lists the papers that the submission lacks.
	Missing []rules.Missing `json:"missing"`
	// Also lists other submissions of the applicant for the same form: a limit
	// on its products counts them together, and each record only its own.
	Also []string `json:"also,omitempty"` // ids
	// FilesUnread counts files in the submission's folders that were not read.
	FilesUnread int `json:"files_unread"`
}

// MemoryReport holds peaks of resident memory in bytes.
type MemoryReport struct {
	Parent   int64 `json:"parent_peak"`
	Child    int64 `json:"child_peak"`    // the largest child
	Children int64 `json:"children_peak"` // sum of each worker's largest
}

// Exit codes of a run, as the contract has them.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitSomeUnread  = 3
	ExitLocked      = 4
	ExitInterrupted = 130
)

// exitCode is ExitSomeUnread as soon as anything of the inbox that could be
// someone's document was not read.
func (r *Report) exitCode() int {
	for _, f := range r.Files {
		if f.Status != extract.StatusRead || slices.ContainsFunc(f.Problems, failedPage) {
			return ExitSomeUnread
		}
	}
	for _, s := range r.Skipped {
		if s.Detail != "" {
			return ExitSomeUnread
		}
	}
	if len(r.Problems) > 0 {
		return ExitSomeUnread
	}
	return ExitDone
}

// failedPage tells a page that could not be read, of a file whose others were.
func failedPage(p extract.Problem) bool { return p.Code == extract.ProblemPageFailed }

func (r *Report) count() {
	c := Counts{Files: len(r.Files), ByStatus: map[extract.Status]int{}, Failed: map[string]int{}, Read: r.Counts.Read, Cached: r.Counts.Cached}
	for _, f := range r.Files {
		c.ByStatus[f.Status]++
		c.Pages += f.Pages
	}
	c.Submissions = len(r.Submissions)
	for _, s := range r.Submissions {
		if s.Status == rules.StatusClean {
			c.Clean++
		} else {
			c.Review++
		}
		c.Fields += s.Fields
		c.ToReview += s.ToReview
		for _, id := range s.ChecksFailed {
			c.Failed[id]++
		}
	}
	r.Counts = c
}

func toReview(rec *rules.Record) int {
	n := 0
	for _, f := range rec.Fields {
		if f.Review {
			n++
		}
	}
	return n
}

func checksWith(rec *rules.Record, outcome string) []string {
	ids := []string{}
	for _, c := range rec.Checks {
		if c.Outcome == outcome {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func formReports(forms *rules.Forms) []FormReport {
	list := []FormReport{}
	for _, f := range forms.List() {
		list = append(list, FormReport{ID: f.ID, Name: f.Name, Kind: f.Kind, Provisional: f.Provisional})
	}
	return list
}

// peakResident reads this process's highest resident memory in bytes, 0 where
// the system does not tell.
func peakResident() int64 { return statusBytes("/proc/self/status", "VmHWM:") }

// statusBytes reads a figure of memory from a process's status file.
func statusBytes(file, key string) int64 {
	data, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, key); ok {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err != nil {
				return 0
			}
			return kib << 10
		}
	}
	return 0
}
