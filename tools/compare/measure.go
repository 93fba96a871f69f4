package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// build is one of the two versions that are compared.
type build struct{ name, project string }

// figure is what a benchmark measured: its name and unit, as in Run/round-robin and sec/op.
type figure struct{ benchmark, unit string }

// results holds every round's value of each figure, by the name of the build.
type results map[figure]map[string][]float64

// measure runs the suites of the builds in turns. The build that goes first changes with
// every round, so that neither has the warmer machine.
func measure(ctx context.Context, builds []build, measured []suite, rounds int, temp string) (results, error) {
	found := results{}
	for i, each := range measured {
		binaries := map[string]string{}
		for _, version := range builds {
			binary := filepath.Join(temp, fmt.Sprintf("%s-%d.test", version.name, i))
			fmt.Fprintf(os.Stderr, "building %s of %s\n", each.pkg, version.name)
			if err := do(ctx, version.project, os.Stderr, "go", "test", "-c", "-o", binary, each.pkg); err != nil {
				return nil, err
			}
			binaries[version.name] = binary
		}
		for round := range rounds {
			fmt.Fprintf(os.Stderr, "%s: round %d of %d\n", each.pkg, round+1, rounds)
			for turn := range builds {
				version := builds[(round+turn)%len(builds)]
				var said bytes.Buffer
				err := do(ctx, filepath.Join(version.project, each.pkg), &said, binaries[version.name],
					"-test.run=^$", "-test.bench="+each.benchmarks, "-test.benchtime="+each.time, "-test.benchmem", "-test.timeout=60m")
				if err != nil {
					return nil, fmt.Errorf("%w\n%s", err, said.String())
				}
				if err := found.read(version.name, &said); err != nil {
					return nil, err
				}
			}
		}
	}
	return found, nil
}

// read adds the figures of one round's output.
func (r results) read(version string, said *bytes.Buffer) error {
	lines := benchfmt.NewReader(said, version)
	for lines.Scan() {
		result, isResult := lines.Result().(*benchfmt.Result)
		if !isResult {
			continue // what a benchmark logs, and the machine's description
		}
		name := result.Name.String()
		if cut := strings.LastIndexByte(name, '-'); cut > 0 { // the number of processors
			name = name[:cut]
		}
		for _, value := range result.Values {
			key := figure{name, value.Unit}
			if r[key] == nil {
				r[key] = map[string][]float64{}
			}
			r[key][version] = append(r[key][version], value.Value)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading the benchmarks of %s: %w", version, err)
	}
	return nil
}
