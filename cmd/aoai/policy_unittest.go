package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/policytest"
)

type policyTestCommand struct {
	Folder string `arg:"" help:"Folder with tests: every *.test.txt in it and below."`
	JUnit  string `help:"File to write the results to, in JUnit's format." name:"junit" type:"path" placeholder:"FILE"`
	Only   string `help:"Run the tests whose name contains this text."`
	Update bool   `help:"Write what happens into the tests as what is expected, for review."`
}

// Run runs the tests of a folder.
func (c *policyTestCommand) Run(ctx context.Context, flags *shared, out *streams) error {
	files, err := c.files()
	if err != nil {
		return err
	}
	compiler := policy.NewCompiler()
	if c.Update {
		if err := update(ctx, compiler, files); err != nil {
			return err
		}
	}
	outcomes := make([]*policytest.Outcome, 0, len(files))
	failed := 0
	for _, file := range files {
		o := policytest.RunFile(ctx, compiler, c.Folder, file)
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("running the tests of %s: %w", c.Folder, err)
		}
		if !o.Passed() {
			failed++
		}
		outcomes = append(outcomes, o)
	}
	if err := c.write(flags, out, outcomes); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d tests failed", failed, len(outcomes))
	}
	return nil
}

// files are the tests to run; none is a mistake, so that a wrong folder does not
// pass.
func (c *policyTestCommand) files() ([]string, error) {
	all, err := policytest.Find(c.Folder)
	if err != nil {
		return nil, err
	}
	var chosen []string
	for _, file := range all {
		if strings.Contains(policytest.Name(c.Folder, file), c.Only) {
			chosen = append(chosen, file)
		}
	}
	if len(chosen) == 0 {
		which := ""
		if c.Only != "" {
			which = fmt.Sprintf(" with %q in its name", c.Only)
		}
		return nil, fmt.Errorf("there is no test%s in %s: the names of tests end with %s", which, c.Folder, policytest.Suffix)
	}
	return chosen, nil
}

func update(ctx context.Context, compiler *policy.Compiler, files []string) error {
	for _, file := range files {
		test, err := policytest.Read(file)
		if err == nil {
			err = test.Update(ctx, compiler)
		}
		if err != nil {
			return fmt.Errorf("updating %s: %w", file, err)
		}
	}
	return nil
}

func (c *policyTestCommand) write(flags *shared, out *streams, outcomes []*policytest.Outcome) error {
	if c.JUnit != "" {
		file, err := os.Create(c.JUnit)
		if err != nil {
			return fmt.Errorf("writing results as JUnit: %w", err)
		}
		err = policytest.WriteJUnit(file, outcomes)
		if closed := file.Close(); err == nil && closed != nil {
			err = fmt.Errorf("writing results as JUnit: %w", closed)
		}
		if err != nil {
			return err
		}
	}
	if flags.JSON {
		return printJSON(out.stdout, map[string]any{"tests": outcomes})
	}
	return policytest.Write(out.stdout, outcomes)
}
