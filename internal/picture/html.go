package picture

import (
	_ "embed" // the page around the drawing
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strings"
)

//go:embed page.html
var page string

// details are what the page shows of a box or a line.
type details struct {
	Title     string            `json:"title"`
	Address   string            `json:"address,omitempty"`
	Pages     map[string]string `json:"pages,omitempty"`
	Policy    string            `json:"policy,omitempty"`
	Variables map[string]string `json:"variables,omitempty"`
	Change    Change            `json:"change,omitempty"`
}

// HTML is the picture as a page of one file, which loads nothing: boxes and wires as SVG, a search, and the details of each by
// double click or the Enter key. Text from the stack is escaped in the drawing, and reaches the script only as JSON.
func (p Picture) HTML() string {
	boxes, ways := p.layout()
	places := map[string]box{}
	width, height := 2*margin, 2*margin
	for _, b := range boxes {
		places[b.key()] = b
		width, height = max(width, b.x()+boxWidth+margin), max(height, b.y()+boxHeight+margin)
	}
	for _, way := range ways {
		for _, b := range way {
			height = max(height, b.y()+boxHeight+margin)
		}
	}
	var svg strings.Builder
	var shown []details
	item := func(d details) int { shown = append(shown, d); return len(shown) - 1 }
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="group" aria-label="Stack">`+
		`<defs><marker id="arrow" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto"><polygon points="0,0 10,5 0,10"/></marker></defs>`+"\n", width, height)
	for _, e := range p.Edges() {
		from, to := places[e.from], places[e.to]
		title := p.title(from.Node) + " → " + p.title(to.Node)
		if e.Label != "" {
			title += " (" + e.Label + ")"
		}
		n := item(details{Title: title, Address: e.Address, Pages: e.Pages, Policy: e.Policy, Variables: e.Variables, Change: e.Change})
		fmt.Fprintf(&svg, `<g class="edge %s %s" data-item="%d" tabindex="0" role="button" aria-label="%s"><path class="wide" d="%[5]s"/><path d="%[5]s"/><title>%[4]s</title></g>`+"\n",
			lineStyle(e), e.Change, n, html.EscapeString(title), curve(from, to, ways[e.key()]))
	}
	for _, b := range boxes {
		n := item(details{Title: p.title(b.Node), Address: b.Address, Pages: b.Pages, Variables: b.Variables, Change: b.Change})
		fmt.Fprintf(&svg, `<g class="node %s %s" data-item="%d" tabindex="0" role="button" aria-label="%s"><rect x="%d" y="%d" width="%d" height="%d" rx="%d"/><text x="%d" y="%d">%s</text><title>%[4]s</title></g>`+"\n",
			b.Kind, b.Change, n, html.EscapeString(p.title(b.Node)), b.x(), b.y(), boxWidth, boxHeight, radius(b.Kind), b.x()+boxWidth/2, b.y()+boxHeight/2+5, html.EscapeString(short(p.title(b.Node))))
	}
	svg.WriteString("</svg>")
	data, err := json.Marshal(shown) // escapes < and >, so that no text ends the script
	if err != nil {
		panic(fmt.Sprintf("encoding a picture: %s", err)) // texts cannot fail
	}
	return strings.NewReplacer("{{svg}}", svg.String(), "{{data}}", string(data)).Replace(page)
}

func lineStyle(e Edge) string {
	if e.Solid {
		return "solid"
	}
	return "dashed"
}

func radius(k Kind) int {
	switch k {
	case Task:
		return 4
	case Target:
		return 14
	}
	return boxHeight / 2
}

// curve is a line from the right side of a box to the left side of another, through free places; one that leads back goes
// below.
func curve(from, to box, way []box) string {
	x1, y1 := from.x()+boxWidth, from.y()+boxHeight/2
	x2, y2 := to.x(), to.y()+boxHeight/2
	if to.column > from.column {
		var b strings.Builder
		fmt.Fprintf(&b, "M%d,%d", x1, y1)
		for _, next := range append(slices.Clone(way), to) {
			x, y := next.x(), next.y()+boxHeight/2
			half := (x - x1) / 2
			fmt.Fprintf(&b, " C%d,%d %d,%d %d,%d", x1+half, y1, x-half, y, x, y)
			x1, y1 = x+boxWidth, y
			if next.key() != to.key() {
				fmt.Fprintf(&b, " L%d,%d", x1, y1)
			}
		}
		return b.String()
	}
	below := max(from.y(), to.y()) + boxHeight + 14
	return fmt.Sprintf("M%d,%d C%d,%d %d,%d %d,%d S%d,%d %d,%d", x1, y1, x1+50, y1, x1+50, below, (x1+x2)/2, below, x2-50, y2, x2, y2)
}

// short is a title that fits into a box.
func short(s string) string {
	const most = 26
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
