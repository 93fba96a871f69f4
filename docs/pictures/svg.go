package main

import (
	"fmt"
	"html"
	"strings"
)

// Sizes of a picture, in its own units.
const (
	columnWidth, rowHeight = 232, 84
	boxWidth, boxHeight    = 168, 60
	margin, laneLabel      = 20, 26
	lineHeight             = 16
)

const style = `text{font:13px system-ui,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}` +
	`.name{font-weight:600}.small{font-size:12px;fill:#59636e}` +
	`.lane{fill:#f6f8fa;stroke:#d1d9e0}.box{fill:#fff;stroke:#0969da}.arrow{stroke:#59636e;fill:none}.head{fill:#59636e}` +
	`@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.small{fill:#9198a1}.lane{fill:#151b23;stroke:#3d444d}` +
	`.box{fill:#0d1117;stroke:#4493f8}.arrow{stroke:#9198a1}.head{fill:#9198a1}}`

// svg draws the picture.
func (p *picture) svg() string {
	columns, rows := 0, 0
	for _, each := range p.boxes {
		columns, rows = max(columns, each.column), max(rows, each.row)
	}
	width := 2*margin + columns*columnWidth + boxWidth
	height := p.top(rows) + boxHeight + margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title description">`+"\n",
		width, height, width, height)
	fmt.Fprintf(&b, "<title id=\"title\">%s</title>\n<desc id=\"description\">%s</desc>\n<style>%s</style>\n", html.EscapeString(p.title), html.EscapeString(p.description), style)
	b.WriteString(`<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>` + "\n")
	for _, each := range p.lanes {
		top := p.top(each.first) - laneLabel
		fmt.Fprintf(&b, `<rect class="lane" x="%d" y="%d" width="%d" height="%d" rx="8"/>`+"\n", margin/2, top, width-margin, p.top(each.last)+boxHeight+margin/2-top)
		fmt.Fprintf(&b, `<text class="name" x="%d" y="%d">%s</text>`+"\n", margin, top+18, html.EscapeString(each.label))
	}
	for _, each := range p.arrows {
		p.drawArrow(&b, each)
	}
	for _, each := range p.boxes {
		p.drawBox(&b, each)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// top is where a row's boxes begin: each lane that begins at or before it takes room.
func (p *picture) top(row int) int {
	y := margin/2 + row*rowHeight
	for _, each := range p.lanes {
		if each.first <= row {
			y += laneLabel
		}
	}
	return y
}

func left(column int) int { return margin + column*columnWidth }

func (p *picture) drawBox(b *strings.Builder, drawn box) {
	x, y := left(drawn.column), p.top(drawn.row)
	fmt.Fprintf(b, `<rect class="box" x="%d" y="%d" width="%d" height="%d" rx="6"/>`+"\n", x, y, boxWidth, boxHeight)
	first := y + boxHeight/2 + 5 - (len(drawn.lines)-1)*lineHeight/2
	for i, line := range drawn.lines {
		class := "small"
		if i == 0 {
			class = "name"
		}
		fmt.Fprintf(b, `<text class="%s" x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", class, x+boxWidth/2, first+i*lineHeight, html.EscapeString(line))
	}
}

// drawArrow leads from side to side, or up or down within a column.
func (p *picture) drawArrow(b *strings.Builder, drawn arrow) {
	x1, y1 := left(drawn.from.column)+boxWidth, p.top(drawn.from.row)+boxHeight/2
	x2, y2 := left(drawn.to.column), p.top(drawn.to.row)+boxHeight/2
	if drawn.from.column == drawn.to.column {
		x1, x2 = x1-boxWidth/2, x1-boxWidth/2
		y1, y2 = p.top(drawn.from.row)+boxHeight, p.top(drawn.to.row)
		if drawn.to.row < drawn.from.row {
			y1, y2 = p.top(drawn.from.row), p.top(drawn.to.row)+boxHeight
		}
	}
	fmt.Fprintf(b, `<path class="arrow" d="M%d %dL%d %d" marker-end="url(#head)"/>`+"\n", x1, y1, x2, y2)
	if drawn.label != "" {
		x, y, anchor := (x1+x2)/2, (y1+y2)/2-6, "middle"
		if x1 == x2 {
			x, y, anchor = x1+8, (y1+y2)/2+4, "start"
		}
		fmt.Fprintf(b, `<text class="small" x="%d" y="%d" text-anchor="%s">%s</text>`+"\n", x, y, anchor, html.EscapeString(drawn.label))
	}
}
