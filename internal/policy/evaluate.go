package policy

import (
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// object is the value: of an expression what it gives, else the text.
func (v *value) object(x *Execution) (any, error) {
	if v.compiled == nil {
		return v.text, nil
	}
	got, err := x.evaluate(v)
	if err != nil {
		return nil, err
	}
	return got, nil
}

// string is the value as text; null is "".
func (v *value) string(x *Execution) (string, error) {
	if v == nil {
		return "", nil
	}
	if v.compiled == nil {
		return v.text, nil
	}
	got, err := x.evaluate(v)
	if err != nil {
		return "", err
	}
	if s, ok := got.(string); ok {
		return s, nil
	}
	text, err := x.env.Text(x.library, got)
	if err != nil {
		return "", expressionFailure(err)
	}
	return text, nil
}

// trimmed is the value as text without white space around.
func (v *value) trimmed(x *Execution) (string, error) {
	s, err := v.string(x)
	return strings.TrimSpace(s), err
}

// boolean is the value as a truth; where nothing is written, the fallback.
func (v *value) boolean(x *Execution, fallback bool) (bool, error) {
	if v == nil {
		return fallback, nil
	}
	if v.compiled == nil {
		b, ok := truth(strings.TrimSpace(v.text))
		return ok && b, nil
	}
	got, err := x.evaluate(v)
	b, _ := got.(bool)
	return b, err
}

// number is the value as a number; where nothing is written, the fallback.
func (v *value) number(x *Execution, fallback float64) (float64, error) {
	if v == nil {
		return fallback, nil
	}
	if v.compiled == nil {
		n, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
		if err != nil {
			return 0, invalidValue("'" + v.text + "' is not a number.")
		}
		return n, nil
	}
	got, err := x.evaluate(v)
	if err != nil {
		return 0, err
	}
	if text, ok := got.(string); ok {
		n, err := dotnet.ParseDouble(text, 167, x.env.Culture)
		if err != nil {
			return 0, invalidValue("'" + text + "' is not a number.")
		}
		return n, nil
	}
	n, ok := library.Float(got)
	if !ok {
		return 0, invalidValue("a number is needed.")
	}
	return n, nil
}

// seconds is the value as a time span in seconds.
func (v *value) seconds(x *Execution, fallback float64) (time.Duration, error) {
	n, err := v.number(x, fallback)
	return seconds(n), err
}

// required is text that must not be empty.
func (v *value) required(x *Execution, field string) (string, error) {
	s, err := v.string(x)
	if err == nil && s == "" {
		return "", invalidValue("The " + field + " field is required.")
	}
	return s, err
}

// evaluate runs an expression.
func (x *Execution) evaluate(v *value) (any, error) {
	x.env.Limits = x.limits
	got, err := v.compiled.Evaluate(&x.env)
	if err != nil {
		return nil, expressionFailure(err)
	}
	return got, nil
}
