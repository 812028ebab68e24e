package task

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// What templates leave behind where nothing fills them in: <IMAGE1_NAME> of CodeDeploy, {{ … }} of
// ecspresso and Jinja, __X__ of sed, ${X} of envsubst.
const (
	angled  = `<[A-Za-z][\w .:-]*>`
	braced  = `(?s:\{\{.*?\}\})`
	scored  = `__[A-Z][A-Z0-9_]*?__`
	shelled = `\$\{[^{}]+\}`
)

// Which of them are placeholders depends on who reads the text. A name has none of them. Elsewhere
// they may be meant: a shell has ${X} of its own, Docker's log options and many labels have {{ }}, and
// a value may be text about anything, so that only the whole of it counts, but for __X__.
var (
	inNames   = regexp.MustCompile(angled + "|" + braced + "|" + scored + "|" + shelled)
	inValues  = regexp.MustCompile(`^<[A-Z][A-Z0-9_ -]*>$|^` + braced + `$|^` + shelled + `$|` + scored)
	inShell   = regexp.MustCompile(`^<[A-Z][A-Z0-9_ -]*>$|^` + braced + `$|` + scored)
	inOptions = regexp.MustCompile(`^<[A-Z][A-Z0-9_ -]*>$|^` + shelled + `$|` + scored)
)

// placeholderIn is the expression for the placeholders of a field, by its path without indexes.
func placeholderIn(field, key string) *regexp.Regexp {
	field = field[strings.LastIndex(field, ".")+1:]
	switch {
	case field == "command" || field == "entryPoint":
		return inShell
	case field == "environment" || field == "properties":
		return inValues
	case field == "options" && slices.Contains([]string{LogGroupOption, logRegionOption, streamPrefixOption}, key):
		return inNames
	case field == "options" || field == "dockerLabels" || field == "labels" || field == "driverOpts":
		return inOptions
	}
	return inNames
}

// placeholders are the paths of a definition whose texts look as if something should have been filled
// in. Family and roles are not looked at: the first is the task's name whatever the file says, and the
// others are checked.
func placeholders(d Definition) []string {
	d.Family, d.ExecutionRoleARN, d.TaskRoleARN = "", "", ""
	var out []string
	var visit func(v reflect.Value, path, field, key string)
	visit = func(v reflect.Value, path, field, key string) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				visit(v.Elem(), path, field, key)
			}
		case reflect.String:
			if placeholderIn(field, key).MatchString(strings.TrimSpace(v.String())) {
				out = append(out, path)
			}
		case reflect.Slice:
			for i := range v.Len() {
				visit(v.Index(i), path+elementOf(v.Index(i), i), field, "")
			}
		case reflect.Map:
			texts, _ := v.Interface().(map[string]string)
			for _, k := range slices.Sorted(maps.Keys(texts)) {
				visit(reflect.ValueOf(texts[k]), path+"["+quoted(k)+"]", field, k)
			}
		case reflect.Struct:
			if pair, ok := v.Interface().(KeyValue); ok {
				visit(reflect.ValueOf(pair.Name), path, "name", "")
				visit(reflect.ValueOf(pair.Value), path, field, "")
				return
			}
			keys := keysOf(v.Type())
			for _, name := range slices.Sorted(maps.Keys(keys)) {
				visit(v.FieldByIndex(keys[name]), join(path, name), join(field, name), "")
			}
		default: // numbers and truth values
		}
	}
	visit(reflect.ValueOf(d), "", "", "")
	return slices.Compact(out)
}

// elementOf is the step to an element of a list: by its name where that tells it from others.
func elementOf(v reflect.Value, i int) string {
	switch e := v.Interface().(type) {
	case Container:
		return "[" + quoted(e.Name) + "]"
	case KeyValue:
		return "[" + quoted(e.Name) + "]"
	case ContainerSecret:
		return "[" + quoted(e.Name) + "]"
	}
	return fmt.Sprintf("[%d]", i)
}
