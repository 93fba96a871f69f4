package engine

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"
)

// progressEvery is how often a long build says that it is alive.
const progressEvery = 5 * time.Second

// buildChanged is build for a program that is run often: it asks go only if the sources are
// not those of the last build. To ask takes half a second of the processors.
func buildChanged(ctx context.Context, what, dir, out, pkg string, progress io.Writer) error {
	sources, err := sourcesOf(dir)
	if err != nil {
		return build(ctx, what, dir, out, pkg, "", progress) // go judges itself
	}
	if isBuilt(out, sources) {
		return nil
	}
	if err := build(ctx, what, dir, out, pkg, "", progress); err != nil {
		return err
	}
	return keepBuilt(out, sources)
}

// build runs `go build -o out pkg` in dir and says on progress how far it is. A
// build that is up to date says nothing.
func build(ctx context.Context, what, dir, out, pkg string, ldflags string, progress io.Writer) error {
	args := []string{"build", "-v", "-o", out}
	if ldflags != "" {
		args = append(args, "-ldflags", ldflags)
	}
	compile := exec.CommandContext(ctx, "go", append(args, pkg)...)
	compile.Dir = dir
	stderr, err := compile.StderrPipe()
	if err != nil {
		return fmt.Errorf("building %s: %w", what, err)
	}
	if err := compile.Start(); err != nil {
		return fmt.Errorf("building %s: starting go: %w", what, err)
	}
	var packages atomic.Int64
	reporting, stop := context.WithCancel(ctx)
	defer stop()
	go report(reporting, what, &packages, progress)

	// With -v, go names each package that it compiles; anything else is an error
	// message.
	var messages bytes.Buffer
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if line := lines.Text(); strings.ContainsAny(line, " \t:") {
			messages.WriteString(line + "\n")
		} else {
			packages.Add(1)
		}
	}
	if err := compile.Wait(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", what, err, messages.Bytes())
	}
	return nil
}

func report(ctx context.Context, what string, packages *atomic.Int64, progress io.Writer) {
	started := time.Now()
	ticker := time.NewTicker(progressEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_, _ = fmt.Fprintf(progress, "building %s: %d packages compiled, %s\n",
				what, packages.Load(), time.Since(started).Round(time.Second))
		}
	}
}
