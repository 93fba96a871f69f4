package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	"github.com/aoai-gateway/aoai-gateway/internal/resourcemanager"
	"github.com/aoai-gateway/aoai-gateway/sandbox"
)

// startPatience is how long --env and --client-env wait for a sandbox that is starting, so
// that they can follow `aoai serve &` in a script.
const startPatience = 10 * time.Second

// failingEval is what eval gets when there is no line: it would succeed with nothing.
const failingEval = "false"

// printLine prints the line that --env, --client-env or --off asks for.
func (c *serveCommand) printLine(ctx context.Context, s *shared, out *streams) error {
	if c.Off {
		return detach(s.JSON, out)
	}
	variables, err := c.variables(ctx, s, out)
	if err != nil {
		if !s.JSON {
			_, _ = fmt.Fprintln(out.stdout, failingEval)
		}
		return err
	}
	if s.JSON {
		return printJSON(out.stdout, struct {
			Variables map[string]string `json:"variables"`
		}{variables})
	}
	_, err = fmt.Fprintln(out.stdout, attachLine(variables, os.LookupEnv))
	return err
}

// detach prints the line that undoes what was attached.
func detach(asJSON bool, out *streams) error {
	attached, err := attachedBy(os.LookupEnv)
	if err != nil {
		if !asJSON {
			_, _ = fmt.Fprintln(out.stdout, failingEval)
		}
		return err
	}
	if asJSON {
		return printJSON(out.stdout, struct {
			Attached []string `json:"attached"`
		}{attached})
	}
	if len(attached) == 0 {
		_, _ = fmt.Fprintln(out.stderr, "this shell is not attached to a sandbox; nothing to undo")
	}
	_, err = fmt.Fprintln(out.stdout, detachLine(attached, os.LookupEnv))
	return err
}

// variables are those that --env or --client-env sets.
func (c *serveCommand) variables(ctx context.Context, s *shared, out *streams) (variables map[string]string, err error) {
	session, err := sandbox.Attach(ctx, s.sandboxDir(), 0)
	if err != nil {
		_, _ = fmt.Fprintf(out.stderr, "waiting up to %.0f s for the sandbox to start\n", startPatience.Seconds())
		session, err = sandbox.Attach(ctx, s.sandboxDir(), startPatience)
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if !c.ClientEnv {
		return s.attachVariables(session.Endpoints)
	}
	if session.Endpoints.Proxy == "" {
		return nil, errors.New("the sandbox speaks plain HTTP, or carries no traffic: start `aoai serve` without --plain-http to reach public names")
	}
	return session.Endpoints.ClientEnvironment(), nil
}

// attachVariables attach a pulumi to the sandbox, to the same state that the other verbs use.
func (s *shared) attachVariables(endpoints sandbox.Endpoints) (map[string]string, error) {
	dir, err := filepath.Abs(s.sandboxDir())
	if err != nil {
		return nil, fmt.Errorf("resolving the sandbox's folder: %w", err)
	}
	variables, err := engine.AttachVariables(dir)
	if err != nil {
		return nil, err
	}
	maps.Copy(variables, endpoints.Environment())
	variables[resourcemanager.EndpointVariable] = endpoints.ARM
	variables["ARM_SUBSCRIPTION_ID"] = endpoints.SubscriptionID
	return variables, nil
}

const (
	// attachedVariable lists, in an attached shell, the variables that were set.
	attachedVariable = "AOAI_ATTACHED"
	// beforePrefix begins the names of the variables that hold what was set before.
	beforePrefix = "AOAI_BEFORE_"
)

// lookup reads a variable of the shell.
type lookup func(name string) (value string, isSet bool)

// attachLine sets variables in a shell, and keeps there what --off needs to undo it. The old
// values stay in the shell: none is printed, since a proxy's address may hold a password.
func attachLine(variables map[string]string, shell lookup) string {
	before, _ := shell(attachedVariable)
	attached := strings.Fields(before)
	keep := []string{}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if slices.Contains(attached, name) {
			continue // what is set is an earlier sandbox's
		}
		attached = append(attached, name)
		if _, isSet := shell(name); isSet {
			keep = append(keep, beforePrefix+name+`="$`+name+`"`)
		}
	}
	line := exports(variables) + " " + attachedVariable + "=" + quote(strings.Join(attached, " "))
	if len(keep) > 0 {
		line = "export " + strings.Join(keep, " ") + "; " + line
	}
	return line
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// attachedBy are the variables that were set by attaching.
func attachedBy(shell lookup) ([]string, error) {
	value, _ := shell(attachedVariable)
	names := strings.Fields(value)
	for _, name := range names {
		if !variableName.MatchString(name) {
			return nil, fmt.Errorf("%s holds %q, which is not the name of a variable: unset it, and begin a new shell", attachedVariable, name)
		}
	}
	return names, nil
}

// detachLine gives a shell back the variables that it had before it was attached.
func detachLine(attached []string, shell lookup) string {
	if len(attached) == 0 {
		return ":" // the command that does nothing
	}
	var restore []string
	unset := []string{attachedVariable}
	for _, name := range attached {
		if _, hadValue := shell(beforePrefix + name); hadValue {
			restore = append(restore, name+`="$`+beforePrefix+name+`"`)
			unset = append(unset, beforePrefix+name)
		} else {
			unset = append(unset, name)
		}
	}
	line := "unset " + strings.Join(unset, " ")
	if len(restore) > 0 {
		line = "export " + strings.Join(restore, " ") + "; " + line
	}
	return line
}

// exports is one line of shell that sets variables.
func exports(variables map[string]string) string {
	words := []string{"export"}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		words = append(words, name+"="+quote(variables[name]))
	}
	return strings.Join(words, " ")
}

// quote makes any text one word of a POSIX shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
