package xlinq_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/xlinq"
)

func free(int) error { return nil }

// XML that is nested deeper than any stack is read, copied, compared and written.
func TestDeepNesting(t *testing.T) {
	t.Parallel()
	const depth = 200_000
	text := strings.Repeat("<a>", depth) + strings.Repeat("</a>", depth)
	e, err := xlinq.ParseElement(text, xlinq.Options{Take: free})
	require.NoError(t, err)
	copied := xlinq.Clone(e)
	require.True(t, xlinq.Equal(e, copied))
	written, err := xlinq.String(copied, false, free)
	require.NoError(t, err)
	require.Equal(t, text, written)
}

// What is read and what is written is taken from a budget.
func TestBudget(t *testing.T) {
	t.Parallel()
	exhausted := errors.New("exhausted")
	budget := func(left int) func(int) error {
		return func(bytes int) error {
			if left -= bytes; left < 0 {
				return exhausted
			}
			return nil
		}
	}
	text := "<a>" + strings.Repeat("<b/>", 100) + "</a>"
	_, err := xlinq.ParseElement(text, xlinq.Options{Take: budget(1000)})
	require.ErrorIs(t, err, exhausted)
	e, err := xlinq.ParseElement(text, xlinq.Options{Take: budget(20_000)})
	require.NoError(t, err)
	_, err = xlinq.String(e, true, budget(100))
	require.ErrorIs(t, err, exhausted)
}

// Namespaces in force are looked through for each name; too many are refused.
func TestTooManyNamespaces(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 1001 {
		b.WriteString("<a xmlns:n" + strconv.Itoa(i) + "='u'>")
	}
	text := b.String() + strings.Repeat("</a>", 1001)
	e, err := xlinq.ParseElement(text, xlinq.Options{Take: free})
	require.NoError(t, err)
	_, err = xlinq.String(e, false, free)
	require.ErrorContains(t, err, "more than 1000 declarations of namespaces")
}
