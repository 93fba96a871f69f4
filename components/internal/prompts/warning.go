package prompts

// Inspected is what people are told at preview where the rules of a firewall look into prompts.
// Source: docs/firewall.md, where it is measured.
func Inspected(key string) string {
	return key + ": true lets the firewall look into prompts. Its rules take about half of everyday prompts for attacks, and most that hold code: " +
		"in prevention these requests are answered with 403. Leave it off unless callers write no code (docs/firewall.md)"
}
