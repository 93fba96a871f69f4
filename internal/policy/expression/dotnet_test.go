package expression_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// answers makes TestDotnet write what this library answers, a row an expression,
// for tools that compare it with more than the tables here.
var answers = flag.String("answers", "", "file for the answers of TestDotnet")

// dotnetRow is one row of testdata/dotnet: an expression and what .NET answers.
type dotnetRow struct{ area, code, want, other string }

// dotnetRows reads the tables; testdata/dotnet/README.md describes them.
func dotnetRows(t *testing.T) []dotnetRow {
	t.Helper()
	files, err := filepath.Glob("testdata/dotnet/*.tsv")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	now := time.Now().UTC()
	day := strings.NewReplacer("{today}", now.Format("2006-01-02"), "{US today}", now.Format("01/02/2006"), "{year}", now.Format("2006"))
	var rows []dotnetRow
	for _, file := range files {
		area := strings.TrimSuffix(filepath.Base(file), ".tsv")
		for _, line := range tableLines(t, file) {
			cells := strings.Split(line, "\t")
			require.GreaterOrEqual(t, len(cells), 2, "%s: %s", file, line)
			row := dotnetRow{area: area, code: cells[0], want: day.Replace(cells[1])}
			if len(cells) > 2 {
				row.other = day.Replace(cells[2])
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func tableLines(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// TestDotnet holds the interpreter to what Microsoft's .NET and Mono answer.
// testdata/dotnet/otherwise.txt lists the rows that are answered otherwise.
func TestDotnet(t *testing.T) {
	t.Parallel()
	otherwise := otherwiseRows(t)
	compiler := expression.NewCompiler(library.New())
	var out *bufio.Writer
	if *answers != "" {
		file, err := os.Create(*answers)
		require.NoError(t, err)
		defer func() { require.NoError(t, file.Close()) }()
		out = bufio.NewWriter(file)
		defer func() { require.NoError(t, out.Flush()) }()
	}
	refused, coded := 0, 0
	total, differ := map[string]int{}, map[string]int{}
	for _, row := range dotnetRows(t) {
		got := dotnetAnswer(compiler, row.code)
		if out != nil {
			_, err := fmt.Fprintf(out, "%s\t%s\n", row.code, got)
			require.NoError(t, err)
		}
		if want, is := strings.CutPrefix(row.want, "!! CS"); is && strings.HasPrefix(got, "!!") {
			refused++
			if strings.HasPrefix(got, "!! CS"+want[:len("0000")]) {
				coded++
			}
		}
		total[row.area]++
		same := sameOutcome(got, row.want) || row.other != "" && sameOutcome(got, row.other)
		reason, listed := otherwise[row.code]
		if !same {
			differ[row.area]++
		}
		switch {
		case same && listed:
			t.Errorf("%s: %s is answered as .NET does: take it out of otherwise.txt (%s)", row.area, row.code, reason)
		case !same && !listed && *answers == "":
			t.Errorf("%s: %s\n got %s\nwant %s", row.area, row.code, got, row.want)
		}
	}
	t.Logf("of %d rows that both refuse, %d have the compiler's code", refused, coded)
	for area, n := range total {
		t.Logf("%-10s %5d rows, %4d otherwise", area, n, differ[area])
	}
}

// otherwiseRows are the rows that are answered otherwise, each with its reason:
// the reason stands before the rows that it is for.
func otherwiseRows(t *testing.T) map[string]string {
	t.Helper()
	rows, reason := map[string]string{}, ""
	for _, line := range tableLines(t, "testdata/dotnet/otherwise.txt") {
		if strings.HasPrefix(line, "@") {
			require.NotEmpty(t, reason, line)
			rows[line] = reason
		} else {
			reason = line
		}
	}
	return rows
}

func dotnetAnswer(compiler *expression.Compiler, code string) string {
	// The tables keep a row on one line.
	mark, got := evaluate(compiler, code)
	return mark + " " + strings.ReplaceAll(got, "\x00", `\0`)
}

var staticType = regexp.MustCompile(`^=> [^:]*: `)

// sameOutcome compares an answer with a row. A block is known to .NET as a lambda
// that gives an object; of a refusal only that it is one counts; .NET Framework
// separates the lines of a message with \r\n, the .NET of the tables with \n.
func sameOutcome(got, want string) bool {
	if strings.HasPrefix(want, "!!") {
		return strings.HasPrefix(got, "!!")
	}
	got = strings.TrimSpace(strings.ReplaceAll(got, `\r\n`, `\n`))
	want = strings.TrimSpace(strings.ReplaceAll(want, `\r\n`, `\n`))
	if strings.HasPrefix(want, "=> object: ") {
		got = staticType.ReplaceAllLiteralString(got, "=> object: ")
	}
	return got == want
}
