// Package terminal keeps the command from waiting for terminals that do not answer.
//
// Pulumi's SDK links Bubble Tea, which asks the terminal for its background colour before
// main begins, and waits 5 s for an answer. Nothing of this project uses the colour, so it is
// set here beforehand. Go initialises packages that are ready in the order of their paths,
// and this one comes before Bubble Tea: both need Lip Gloss alone. Import it for its effect.
package terminal

import "github.com/charmbracelet/lipgloss"

var _ = assumeDark()

// assumeDark answers the question for the background.
func assumeDark() bool {
	lipgloss.SetHasDarkBackground(true)
	return true
}
