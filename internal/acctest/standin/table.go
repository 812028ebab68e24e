package standin

// resourceType is one resource type of the stand-in.
type resourceType struct {
	attributes attributes
	blocks     blocks
	// tagged types have tags and tags_all.
	tagged bool
	// regional types have the attribute region, as all have since version 6.
	regional bool
}

type attributes map[string]attribute

// blocks are repeatable nested blocks by name.
type blocks map[string]attributes

type kind int

const (
	kindText kind = iota
	kindFlag
	kindNumber
	kindTexts
	kindTextSet
	kindTextMap
)

// attribute says what an attribute is and who sets it.
type attribute struct {
	kind kind
	// isRequired and isOptional: the user sets it, or may.
	isRequired, isOptional bool
	// fallback is the value at plan if the user sets none.
	fallback any
	// pattern makes the value when the resource is created, if the user set none; until
	// then it is unknown.
	pattern     string
	isReplacing bool
	isSecret    bool
}

func text() attribute    { return attribute{kind: kindText} }
func flag() attribute    { return attribute{kind: kindFlag} }
func number() attribute  { return attribute{kind: kindNumber} }
func texts() attribute   { return attribute{kind: kindTexts} }
func textSet() attribute { return attribute{kind: kindTextSet} }
func textMap() attribute { return attribute{kind: kindTextMap} }

// required must be set by the user.
func (a attribute) required() attribute { a.isRequired = true; return a }

// optional is null unless the user sets it.
func (a attribute) optional() attribute { a.isOptional = true; return a }

// otherwise is the value unless the user sets another.
func (a attribute) otherwise(value any) attribute {
	a.isOptional, a.fallback = true, value
	return a
}

// assigned is set by AWS on create.
func (a attribute) assigned(pattern string) attribute { a.pattern = pattern; return a }

// chosen is set by the user, or else on create; another value replaces the resource.
func (a attribute) chosen(pattern string) attribute {
	a.isOptional, a.isReplacing, a.pattern = true, true, pattern
	return a
}

// replaces makes another value replace the resource.
func (a attribute) replaces() attribute { a.isReplacing = true; return a }

// secret is kept out of what the command line shows.
func (a attribute) secret() attribute { a.isSecret = true; return a }

// isComputed reports whether the provider sets it where the user does not.
func (a attribute) isComputed() bool { return a.pattern != "" || a.fallback != nil }
