package cost

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText tells people: the fixed part, the usage, what is not priced, and what all of it
// goes by.
func (e *Estimate) WriteText(w io.Writer) error {
	var b strings.Builder
	e.writeLines(&b, "FIXED", e.Fixed, e.FixedTotal)
	e.writeLines(&b, "USAGE", e.Usage, e.UsageTotal)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	for _, each := range e.NotPriced {
		line("not priced: %s: %s: %s", each.Resource, each.What, each.Reason)
	}
	for _, note := range e.Notes {
		line("note: %s", note)
	}
	t := e.Traffic
	line("assumed a month: %.0f requests of %.0f tokens (%.0f of them cached) and %.0f answered; %v KB to the models, %v KB back, %v KB of logs a request",
		t.Requests, t.InputTokens, t.CachedTokens, t.OutputTokens, t.RequestKB, t.ResponseKB, t.LogKB)
	line("%s", e.Summary())
	line("list prices of %s in %s, without taxes, agreements and reservations; * is another region's price; aoai cost --refresh asks Microsoft anew", e.AsOf, e.Currency)
	_, err := io.WriteString(w, b.String())
	return err
}

// Summary is an estimate in a line.
func (e *Estimate) Summary() string {
	summary := fmt.Sprintf("estimated a month: %.2f %s fixed, and %.2f %s of usage", e.FixedTotal, e.Currency, e.UsageTotal, e.Currency)
	if len(e.NotPriced) > 0 {
		summary += fmt.Sprintf("; not priced: %d", len(e.NotPriced))
	}
	return summary
}

func (e *Estimate) writeLines(w io.Writer, title string, lines []Line, sum float64) {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	row := func(cells ...string) { _, _ = fmt.Fprintln(table, strings.Join(cells, "\t")) }
	row(title, "FOR", "QUANTITY", "REGION", e.Currency+" A MONTH")
	for _, line := range lines {
		region := line.Region
		if line.PriceRegion != line.Region && region != "global" {
			region += " *"
		}
		row(line.Resource, line.What, fmt.Sprintf("%.6g %s", line.Quantity, line.Unit), region, fmt.Sprintf("%.2f", line.Monthly))
	}
	row("", "", "", "together", fmt.Sprintf("%.2f", sum))
	// A builder does not fail.
	_ = table.Flush()
}
