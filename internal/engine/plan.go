package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// Plan is what up would do after a look at Azure. The
// stack's state stays as it is. The environment goes to the CLI and the program, beside the
// caller's own. Where there is no plan, what the CLI says of that goes to standard error.
func (e *Engine) Plan(ctx context.Context, environment map[string]string) (*Plan, error) {
	var plan bytes.Buffer
	planning := *e
	planning.more = environment
	if err := planning.Run(ctx, &plan, "preview", "--refresh", "--json"); err != nil {
		_, tellErr := io.WriteString(e.options.Stderr, failures(plan.Bytes()))
		return nil, errors.Join(err, tellErr)
	}
	return ReadPlan(plan.Bytes())
}

// failures are what a plan says of why there is none: its errors, or all that was printed
// where these cannot be read.
func failures(plan []byte) string {
	var printed struct {
		Diagnostics []struct{ Message, Severity string }
	}
	if err := json.Unmarshal(plan, &printed); err != nil || len(printed.Diagnostics) == 0 {
		return string(plan)
	}
	// What a program writes to standard error comes as info#err: it says why there is no plan
	// where no error does.
	for _, severity := range []string{"error", "info#err"} {
		var errs []string
		for _, each := range printed.Diagnostics {
			if each.Severity == severity {
				errs = append(errs, strings.TrimSpace(each.Message)+"\n")
			}
		}
		if len(errs) > 0 {
			return strings.Join(errs, "")
		}
	}
	return string(plan)
}
