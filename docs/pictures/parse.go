package main

import (
	"fmt"
	"strconv"
	"strings"
)

// maxLine is how many characters of a line fit into a box.
const maxLine = 24

// picture is what a text says, one statement a line:
//
//	title TEXT
//	describe TEXT
//	lane FIRST-ROW LAST-ROW TEXT
//	box ID COLUMN ROW TEXT [| TEXT]...
//	arrow FROM TO [TEXT]
type picture struct {
	title, description string
	lanes              []lane
	boxes              []box
	arrows             []arrow
}

// lane is a frame around rows.
type lane struct {
	first, last int
	label       string
}

// box is a thing; its first line is its name.
type box struct {
	id          string
	column, row int
	lines       []string
}

// arrow is who calls whom.
type arrow struct {
	from, to box
	label    string
}

func parse(text string) (*picture, error) {
	read := &picture{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := read.statement(line); err != nil {
			return nil, fmt.Errorf("%d: %w", i+1, err)
		}
	}
	if read.title == "" || read.description == "" {
		return nil, fmt.Errorf("1: a picture needs a title and a description, for those who cannot see it")
	}
	return read, nil
}

func (p *picture) statement(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "title":
		p.title = rest
	case "describe":
		p.description = rest
	case "lane":
		numbers, label, err := leading(rest, 2)
		if err != nil {
			return err
		}
		p.lanes = append(p.lanes, lane{numbers[0], numbers[1], label})
	case "box":
		id, rest, _ := strings.Cut(rest, " ")
		numbers, text, err := leading(rest, 2)
		if err != nil {
			return err
		}
		return p.addBox(box{id: id, column: numbers[0], row: numbers[1], lines: strings.Split(text, " | ")})
	case "arrow":
		words := strings.SplitN(rest, " ", 3)
		if len(words) < 2 {
			return fmt.Errorf("an arrow is from one box to another: arrow FROM TO [TEXT]")
		}
		return p.addArrow(append(words, "")[:3])
	default:
		return fmt.Errorf("%q is no statement; there are title, describe, lane, box, arrow", word)
	}
	return nil
}

// leading takes whole numbers from the beginning of a text.
func leading(text string, count int) ([]int, string, error) {
	words := strings.SplitN(text, " ", count+1)
	if len(words) <= count {
		return nil, "", fmt.Errorf("%q needs %d numbers and a text", text, count)
	}
	numbers := make([]int, count)
	for i := range numbers {
		var err error
		if numbers[i], err = strconv.Atoi(words[i]); err != nil || numbers[i] < 0 {
			return nil, "", fmt.Errorf("%q is no column or row; they count from 0", words[i])
		}
	}
	return numbers, words[count], nil
}

func (p *picture) addBox(added box) error {
	for _, line := range added.lines {
		if len([]rune(line)) > maxLine {
			return fmt.Errorf("%q does not fit into a box; at most %d characters a line", line, maxLine)
		}
	}
	for _, other := range p.boxes {
		if other.id == added.id || (other.column == added.column && other.row == added.row) {
			return fmt.Errorf("box %s has the name or the place of box %s", added.id, other.id)
		}
	}
	p.boxes = append(p.boxes, added)
	return nil
}

func (p *picture) addArrow(words []string) error {
	from, foundFrom := p.box(words[0])
	to, foundTo := p.box(words[1])
	if !foundFrom || !foundTo {
		return fmt.Errorf("arrow %s %s: draw both boxes before it", words[0], words[1])
	}
	if to.column < from.column {
		return fmt.Errorf("arrow %s %s leads to the left; draw its boxes the other way around", words[0], words[1])
	}
	p.arrows = append(p.arrows, arrow{from, to, words[2]})
	return nil
}

func (p *picture) box(id string) (box, bool) {
	for _, each := range p.boxes {
		if each.id == id {
			return each, true
		}
	}
	return box{}, false
}
