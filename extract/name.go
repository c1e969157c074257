package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// ReadableName makes valid UTF-8 of a file's name as a file system or an
// archive has it: each part of the path that is not is taken for GBK, as old
// archives leave it, and where that fails too its bytes are shown as \xNN.
// Control characters, which could forge lines in a listing, and marks that
// turn the direction of writing are shown as \uNNNN.
func ReadableName(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if !utf8.ValidString(part) {
			part = fromGBK(part)
		}
		parts[i] = escapeControl(part)
	}
	return strings.Join(parts, "/")
}

// UniqueName is ReadableName with a mark of the raw name's own where seen
// already has it: two raw names may look the same once decoded. It adds the
// name to seen.
func UniqueName(raw string, seen map[string]bool) string {
	readable := ReadableName(raw)
	name := readable
	for n := 0; seen[name]; n++ {
		sum := sha256.Sum256(fmt.Append([]byte(raw), n))
		name = readable + "#" + hex.EncodeToString(sum[:4])
	}
	seen[name] = true
	return name
}

func fromGBK(name string) string {
	decoded, err := simplifiedchinese.GB18030.NewDecoder().String(name)
	if err == nil && !strings.ContainsRune(decoded, utf8.RuneError) {
		return decoded
	}
	var b strings.Builder
	for len(name) > 0 {
		r, n := utf8.DecodeRuneInString(name)
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02x`, name[0])
		} else {
			b.WriteRune(r)
		}
		name = name[n:]
	}
	return b.String()
}

func escapeControl(name string) string {
	if strings.IndexFunc(name, isControl) < 0 {
		return name
	}
	var b strings.Builder
	for _, r := range name {
		if isControl(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isControl tells control characters, line ends, marks that turn the direction
// of writing and marks that nobody sees.
func isControl(r rune) bool {
	return r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == 0xad || r == 0x61c || r == 0xfeff ||
		(r >= 0x200b && r <= 0x200f) || (r >= 0x2028 && r <= 0x202e) || (r >= 0x2060 && r <= 0x206f)
}
