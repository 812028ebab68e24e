package picture

import (
	"fmt"
	"strings"
	"unicode"
)

// Mermaid is the picture as a flowchart of Mermaid, which GitHub and GitLab draw in Markdown.
// https://mermaid.js.org/syntax/flowchart.html
func (p Picture) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	ids := map[string]string{}
	for i, n := range p.Nodes() {
		id := fmt.Sprintf("n%d", i)
		ids[n.key()] = id
		open, closed := shape(n.Kind)
		fmt.Fprintf(&b, "  %s%s\"%s\"%s%s\n", id, open, inMermaid(p.title(n)), closed, class(n.Change))
	}
	for _, e := range p.Edges() {
		line := "-.->"
		if e.Solid {
			line = "-->"
		}
		label := e.Label
		if e.Change != "" {
			label = strings.TrimSpace(label + " (" + string(e.Change) + ")")
		}
		if label != "" {
			line += `|"` + inMermaid(label) + `"|`
		}
		fmt.Fprintf(&b, "  %s %s %s\n", ids[e.from], line, ids[e.to])
	}
	for _, c := range []struct {
		change Change
		style  string
	}{{Added, "stroke:#1a7f37,stroke-width:3px"}, {Changed, "stroke:#9a6700,stroke-width:3px"}, {Removed, "stroke:#cf222e,stroke-width:3px,stroke-dasharray:4"}} {
		if strings.Contains(b.String(), class(c.change)+"\n") {
			fmt.Fprintf(&b, "  classDef %s %s\n", c.change, c.style)
		}
	}
	return b.String()
}

// title is the text of a box.
func (n Node) title() string {
	switch {
	case n.Type != "":
		return n.Type + ": " + n.Name
	case n.Kind == Task:
		return n.Name
	}
	return string(n.Kind) + ": " + n.Name
}

func class(c Change) string {
	if c == "" {
		return ""
	}
	return ":::" + string(c)
}

// shape are the brackets of a node of Mermaid.
func shape(k Kind) (open, closed string) {
	switch k {
	case Task:
		return "[", "]"
	case Clock, Hand:
		return "([", "])"
	case Consumer:
		return "[/", "/]"
	}
	return "[(", ")]"
}

// inMermaid writes characters that mean something to Mermaid, HTML or Markdown as their numbers.
func inMermaid(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune(" -_.:/(),*?@", r):
			b.WriteRune(r)
		case unicode.IsControl(r), !unicode.IsPrint(r):
			b.WriteString(" ")
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}

// DOT is the picture in the language of Graphviz.
// https://graphviz.org/doc/info/lang.html
func (p Picture) DOT() string {
	var b strings.Builder
	b.WriteString("digraph stack {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", shape=box];\n  edge [fontname=\"sans-serif\"];\n")
	ids := map[string]string{}
	for i, n := range p.Nodes() {
		id := fmt.Sprintf("n%d", i)
		ids[n.key()] = id
		fmt.Fprintf(&b, "  %s [label=%s, shape=%s%s];\n", id, inDOT(p.title(n)), dotShape(n.Kind), dotColour(n.Change))
	}
	for _, e := range p.Edges() {
		style := "dashed"
		if e.Solid {
			style = "solid"
		}
		fmt.Fprintf(&b, "  %s -> %s [label=%s, style=%s%s];\n", ids[e.from], ids[e.to], inDOT(e.Label), style, dotColour(e.Change))
	}
	b.WriteString("}\n")
	return b.String()
}

func dotShape(k Kind) string {
	switch k {
	case Task:
		return "box"
	case Clock, Hand:
		return "oval"
	case Consumer:
		return "parallelogram"
	}
	return "cylinder"
}

func dotColour(c Change) string {
	switch c {
	case Added:
		return `, color="#1a7f37"`
	case Changed:
		return `, color="#9a6700"`
	case Removed:
		return `, color="#cf222e"`
	}
	return ""
}

// inDOT is a quoted string of DOT: a backslash before a letter would be an escape of Graphviz's.
func inDOT(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case unicode.IsControl(r), !unicode.IsPrint(r):
			b.WriteString(" ")
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
