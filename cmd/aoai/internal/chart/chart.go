// Package chart draws simple pictures as SVG.
package chart

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Picture is one that grows piece by piece; what is drawn later lies above.
type Picture struct {
	Width, Height int
	body          strings.Builder
}

// Rect draws a rectangle with a title, which viewers show on pointing at it.
func (p *Picture) Rect(x, y, w, h float64, colour, title string) {
	_, _ = fmt.Fprintf(&p.body, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"><title>%s</title></rect>`+"\n", x, y, w, h, colour, escape(title))
}

// Text writes a text whose start, middle or end is at x.
func (p *Picture) Text(x, y float64, anchor, text string) {
	_, _ = fmt.Fprintf(&p.body, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", x, y, anchor, escape(text))
}

// Line draws a line through points of x and y.
func (p *Picture) Line(points [][2]float64, colour string) {
	texts := make([]string, len(points))
	for i, point := range points {
		texts[i] = fmt.Sprintf("%.1f,%.1f", point[0], point[1])
	}
	_, _ = fmt.Fprintf(&p.body, `<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5"/>`+"\n", strings.Join(texts, " "), colour)
}

// String is the picture as SVG.
func (p *Picture) String() string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n"+
		`<rect width="100%%" height="100%%" fill="white"/>`+"\n%s</svg>\n", p.Width, p.Height, p.body.String())
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder does not fail
	return b.String()
}
