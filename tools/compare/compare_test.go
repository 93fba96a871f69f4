package main

import (
	"bytes"
	"strings"
	"testing"
)

const output = `goos: linux
BenchmarkRun/round-robin-2   	    1000	      %s ns/op	    2800 B/op	      33 allocs/op
some words of a benchmark
BenchmarkOverhead-2  	1	     %s gateway-requests/s
PASS
`

// What got slower by more than a third is told, and only that.
func TestWorseIsTold(t *testing.T) {
	tests := []struct {
		name               string
		before, now        [][2]string // time and rate of each round
		figure, unit, want string
	}{
		{"a time that doubles", [][2]string{{"100", "9"}, {"101", "9"}, {"99", "9"}}, [][2]string{{"200", "9"}, {"201", "9"}, {"199", "9"}}, "Run/round-robin", "sec/op", "WORSE"},
		{"a time that grows by a tenth", [][2]string{{"100", "9"}}, [][2]string{{"110", "9"}}, "Run/round-robin", "sec/op", ""},
		{"a rate that halves", [][2]string{{"1", "4000"}}, [][2]string{{"1", "2000"}}, "Overhead", "gateway-requests/s", "WORSE"},
		{"a rate that doubles", [][2]string{{"1", "2000"}}, [][2]string{{"1", "4000"}}, "Overhead", "gateway-requests/s", "better"},
		{"rounds that differ too much", [][2]string{{"100", "9"}, {"400", "9"}, {"900", "9"}}, [][2]string{{"900", "9"}, {"901", "9"}}, "Run/round-robin", "sec/op", "too noisy to say"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found := results{}
			for version, rounds := range map[string][][2]string{"before": test.before, "now": test.now} {
				for _, round := range rounds {
					said := strings.Replace(strings.Replace(output, "%s", round[0], 1), "%s", round[1], 1)
					if err := found.read(version, bytes.NewBufferString(said)); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, r := range compared(found) {
				if r.figure == (figure{test.figure, test.unit}) {
					if got := r.verdict(); got != test.want {
						t.Errorf("ratio %.2f, noise %.2f: %q, not %q", r.ratio, r.noise, got, test.want)
					}
					return
				}
			}
			t.Errorf("%s in %s is not compared: %v", test.figure, test.unit, found)
		})
	}
}

func TestReleaseHeading(t *testing.T) {
	if got := releaseHeading("# Changes\n\n## 0.8.0 (unreleased)\n\n- a\n\n## 0.7.0 (2026-11-25)\n"); got != "## 0.7.0 (2026-11-25)" {
		t.Errorf("the newest release is %q", got)
	}
}
