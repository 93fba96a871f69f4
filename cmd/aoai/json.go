package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aoai-gateway/aoai-gateway/internal/engine"
)

// jsonVersion is the version of what --json prints. A member that is removed, or that means
// something else, raises it; a new member does not.
const jsonVersion = 1

// printJSON prints a result as one JSON object whose first member is the version. A result
// that is no object is the member value.
func printJSON(w io.Writer, result any) error {
	encoded, err := versioned(result)
	if err != nil {
		return fmt.Errorf("encoding the result: %w", err)
	}
	return printIndented(w, encoded)
}

// printBare prints a value as JSON as it is, for verbs whose plain result is JSON.
func printBare(w io.Writer, value any) error {
	encoded, err := encode(value)
	if err != nil {
		return fmt.Errorf("encoding the result: %w", err)
	}
	return printIndented(w, encoded)
}

func printIndented(w io.Writer, encoded []byte) error {
	var indented bytes.Buffer
	if err := json.Indent(&indented, encoded, "", "  "); err != nil {
		return fmt.Errorf("encoding the result: %w", err)
	}
	if _, err := indented.WriteTo(w); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	return nil
}

// encode leaves <, > and & as they are, and ends with a line break.
func encode(value any) ([]byte, error) {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return encoded.Bytes(), nil
}

func versioned(result any) ([]byte, error) {
	encoded, err := encode(result)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(encoded, []byte("{")) {
		return fmt.Appendf(nil, `{"version":%d,"value":%s}`+"\n", jsonVersion, bytes.TrimSpace(encoded)), nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &object); err != nil {
		return nil, err
	}
	if _, has := object["version"]; has {
		return encoded, nil
	}
	members := bytes.TrimPrefix(encoded, []byte("{"))
	comma := ","
	if len(object) == 0 {
		comma = ""
	}
	return fmt.Appendf(nil, `{"version":%d%s%s`, jsonVersion, comma, members), nil
}

// failure is what --json prints where a command has failed without a result.
type failure struct {
	Error    string `json:"error"`
	ExitCode int    `json:"exitCode"`
}

func failureOf(err error, otherwise int) failure {
	code := otherwise
	var exit *engine.ExitError
	if errors.As(err, &exit) {
		code = exit.Code
	}
	return failure{Error: err.Error(), ExitCode: code}
}

// printPlan prints the plan that the CLI has printed as JSON. Of a plan that failed, the CLI
// tells why in the plan's diagnostics, and nowhere else.
func printPlan(w io.Writer, plan []byte, failed error) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(plan, &members); err != nil || members == nil {
		return failed // it is told as every failure is
	}
	if failed == nil {
		return printJSON(w, members)
	}
	told, err := json.Marshal(failureOf(failed, 1))
	if err == nil {
		err = json.Unmarshal(told, &members)
	}
	return errors.Join(failed, err, printJSON(w, members))
}

// toldAsJSON prints why a run has failed, for those that end the process themselves.
func (s *shared) toldAsJSON(out *streams, measure func() error) func() error {
	return func() error {
		err := measure()
		if err != nil && s.JSON {
			err = errors.Join(err, printJSON(out.stdout, failureOf(err, 1)))
		}
		return err
	}
}
