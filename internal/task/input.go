package task

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dockertask/terraform-provider-docker/internal/jsontext"
)

// Input is a task definition file as `aws ecs register-task-definition --cli-input-json`
// takes it.
type Input struct {
	Definition
	Tags []Tag `json:"tags,omitempty"`
}

// Tag is a tag as the file has it.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Findings are what is to be said of a task definition file. No finding repeats a value, which may
// be a secret.
type Findings struct {
	// Wrong is what the file cannot be used with.
	Wrong []string
	// Ignored are the keys that say nothing to RegisterTaskDefinition, in the order of the file.
	Ignored []string
	// Repeated are the keys that stand twice in one object, of which the last one holds.
	Repeated []string
	// Unknown reports whether Wrong has a key that resembles no key of ECS: it may be newer than the provider.
	Unknown bool
}

// ParseInput reads a task definition file. The error has all that is wrong with it.
func ParseInput(text string) (Input, error) {
	in, found := ReadInput(text)
	if len(found.Wrong) > 0 {
		return Input{}, errors.New(strings.Join(found.Wrong, "; "))
	}
	return in, nil
}

// answerKeys are those that only DescribeTaskDefinition and RegisterTaskDefinition answer.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html
var answerKeys = []string{
	"taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities", "registeredAt", "registeredBy", "deregisteredAt", "deleteRequestedAt",
}

// aroundKeys are those that stand beside taskDefinition in an answer of the command line or of boto3.
var aroundKeys = []string{"failures", "ResponseMetadata", "$metadata"}

// fileName is a text that can only be the name of a JSON file.
var fileName = regexp.MustCompile(`^[^{}\[\]"\n]+\.json$`)

// ReadInput reads a task definition file as people have them: also what describe-task-definition
// answers, with and without the object around it, with a byte order mark, sizes as numbers, and
// settings of which nothing is said. It reads as much as it can, and finds all that is wrong.
func ReadInput(text string) (Input, Findings) {
	text = strings.TrimPrefix(text, jsontext.ByteOrderMark)
	r := &inputReader{lines: jsontext.Lines(text)}
	if fileName.MatchString(text) {
		r.wrong("", 0, "this is the name of a file; give its content, by file(\"…\")")
		return Input{}, r.found
	}
	root, faults := jsontext.Parse(text)
	for _, f := range faults {
		r.found.Wrong = append(r.found.Wrong, f.Say(text))
	}
	if root == nil {
		return Input{}, r.found
	}
	var in Input
	if root = r.unwrapped(root, &in); root == nil {
		return Input{}, r.found
	}
	r.containers = foldedMember(root, "containerDefinitions")
	r.object(root, reflect.ValueOf(&in).Elem(), "")
	if len(r.found.Wrong) > 0 {
		return in, r.found
	}
	r.whole(in)
	return in, r.found
}

// whole finds what only the containers together show.
func (r *inputReader) whole(in Input) {
	if len(in.ContainerDefinitions) == 0 {
		r.wrong("", 0, "the task definition has no containerDefinitions")
		return
	}
	names := map[string]int{}
	for _, c := range in.ContainerDefinitions {
		if names[c.Name]++; names[c.Name] == 2 {
			r.wrong("containerDefinitions", 0, "several containers have the name %s; the names of a task's containers differ", quoted(c.Name))
		}
	}
	if _, ok := in.MainContainer(""); !ok {
		r.wrong("", 0, "the task definition has no essential container; set essential to true for one, or leave the key out")
	}
}

// unwrapped is the object that has the keys of a task definition, nil where there is none.
func (r *inputReader) unwrapped(root *jsontext.Value, in *Input) *jsontext.Value {
	switch {
	case root.Kind == jsontext.List:
		r.wrong("", 0, "%s", aList(root))
		return nil
	case root.Kind == jsontext.Text && looksLikeJSON(root.Text):
		r.wrong("", 0, "the JSON is encoded twice, as a string that contains JSON; remove one jsonencode")
		return nil
	case root.Kind != jsontext.Object:
		r.wrong("", 0, "a task definition is an object in { }, not %s", root.Kind)
		return nil
	}
	if p := root.Member("Properties"); p != nil && p.Kind == jsontext.Object && foldedMember(root, "containerDefinitions") == nil {
		r.wrong("", 0, "this is a resource of a CloudFormation template; use the value of its Properties")
		return nil
	}
	if list := root.Member("container_definitions"); list != nil && foldedMember(root, "containerDefinitions") == nil {
		r.wrong("", 0, "%s", aListOfContainers(`jsondecode(file("FILE.json")).container_definitions`))
		return nil
	}
	inner := root.Member("taskDefinition")
	if inner == nil || inner.Kind != jsontext.Object || foldedMember(root, "containerDefinitions") != nil {
		return root
	}
	r.found.Ignored = append(r.found.Ignored, "the object around taskDefinition")
	for _, m := range root.Members {
		switch {
		case m.Key == "taskDefinition":
		case m.Key == "tags":
			r.field(m.Value, reflect.ValueOf(&in.Tags).Elem(), "tags")
			in.Tags = slices.DeleteFunc(in.Tags, func(t Tag) bool {
				kept := strings.HasPrefix(t.Key, "aws:") || strings.HasPrefix(t.Key, TagPrefix)
				if kept {
					r.found.Ignored = append(r.found.Ignored, "tags["+quoted(t.Key)+"]")
				}
				return kept
			})
		case slices.Contains(aroundKeys, m.Key) || isNote(m.Key):
			r.found.Ignored = append(r.found.Ignored, m.Key)
		default:
			r.unknown(m, reflect.TypeFor[Input](), "")
		}
	}
	return inner
}

// aList says what to do with a list where a task definition is wanted.
func aList(root *jsontext.Value) string {
	for _, e := range root.Elements {
		if e.Kind == jsontext.Object && (e.Member("containerDefinitions") != nil || e.Member("taskDefinition") != nil) {
			return "this is a list of task definitions; use one of its elements"
		}
	}
	return aListOfContainers(`jsondecode(file("FILE.json"))`)
}

// aListOfContainers says what goes around the value of container_definitions of aws_ecs_task_definition.
func aListOfContainers(containers string) string {
	return "this is a list of containers, as in container_definitions of aws_ecs_task_definition, and not a whole task definition. Wrap it, with the task's other settings:\n\n" +
		"  definition_json = jsonencode({\n" +
		"    requiresCompatibilities = [\"FARGATE\"]\n" +
		"    networkMode             = \"awsvpc\"\n" +
		"    cpu                     = \"256\"\n" +
		"    memory                  = \"512\"\n" +
		"    containerDefinitions    = " + containers + "\n" +
		"  })\n"
}

func looksLikeJSON(text string) bool {
	text = strings.TrimSpace(strings.TrimPrefix(text, jsontext.ByteOrderMark))
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}

// isNote reports whether a key is a note of a person or of an editor: those of ECS begin with a letter.
func isNote(key string) bool { return key != "" && strings.IndexByte("$_#/", key[0]) >= 0 }

// inputReader puts JSON into the types of a task definition.
type inputReader struct {
	lines      bool
	containers *jsontext.Value
	found      Findings
}

// wrong notes what is wrong at a path, with the name of the container and the line, if they are known.
func (r *inputReader) wrong(path string, line int, format string, values ...any) {
	message := fmt.Sprintf(format, values...)
	if at := r.place(path, line); at != "" {
		message = at + ": " + message
	}
	r.found.Wrong = append(r.found.Wrong, message)
}

// place is a path with the name of the container and the line.
func (r *inputReader) place(path string, line int) string {
	var more []string
	if name := r.containerOf(path); name != "" {
		more = append(more, "container "+quoted(name))
	}
	if line > 0 && r.lines {
		more = append(more, fmt.Sprintf("line %d", line))
	}
	if path != "" && len(more) > 0 {
		path += " (" + strings.Join(more, ", ") + ")"
	}
	return path
}

// containerOf is the name of the container that a path leads into, "" for none.
func (r *inputReader) containerOf(path string) string {
	index, ok := strings.CutPrefix(path, "containerDefinitions[")
	if !ok || r.containers == nil {
		return ""
	}
	index, _, _ = strings.Cut(index, "]")
	i, err := strconv.Atoi(index)
	if err != nil || i >= len(r.containers.Elements) {
		return ""
	}
	if name := foldedMember(r.containers.Elements[i], "name"); name != nil && name.Kind == jsontext.Text {
		return name.Text
	}
	return ""
}

// foldedMember is the value of a key in upper or lower case, nil where there is none.
func foldedMember(v *jsontext.Value, key string) *jsontext.Value {
	for _, m := range v.Members {
		if strings.EqualFold(m.Key, key) {
			return m.Value
		}
	}
	return nil
}

// Kinds of values for which nothing said is something said: a volume is of the kind whose settings it
// has, whatever they are, and so is the sharing of a GPU.
var saidByBeing = map[reflect.Type]bool{
	reflect.TypeFor[DockerVolume](): true, reflect.TypeFor[EFSVolume](): true, reflect.TypeFor[FSxVolume](): true, reflect.TypeFor[S3FilesVolume](): true,
	reflect.TypeFor[SharingStrategy](): true, reflect.TypeFor[NvidiaMPS](): true,
}

// required are the keys without which ECS's API takes no such object.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
var required = map[reflect.Type][]string{
	reflect.TypeFor[Container]():             {"name"},
	reflect.TypeFor[KeyValue]():              {"name"},
	reflect.TypeFor[Tag]():                   {"key"},
	reflect.TypeFor[Dependency]():            {"containerName", "condition"},
	reflect.TypeFor[RestartPolicy]():         {"enabled"},
	reflect.TypeFor[Device]():                {"hostPath"},
	reflect.TypeFor[EFSVolume]():             {"fileSystemId"},
	reflect.TypeFor[EnvironmentFile]():       {"type", "value"},
	reflect.TypeFor[FirelensConfiguration](): {"type"},
	reflect.TypeFor[FSxAuthorization]():      {"credentialsParameter", "domain"},
	reflect.TypeFor[FSxVolume]():             {"fileSystemId", "rootDirectory", "authorizationConfig"},
	reflect.TypeFor[HealthCheck]():           {"command"},
	reflect.TypeFor[HostEntry]():             {"hostname", "ipAddress"},
	reflect.TypeFor[InferenceAccelerator]():  {"deviceName", "deviceType"},
	reflect.TypeFor[LogConfiguration]():      {"logDriver"},
	reflect.TypeFor[ProxyConfiguration]():    {"containerName"},
	reflect.TypeFor[RepositoryCredentials](): {"credentialsParameter"},
	reflect.TypeFor[ResourceRequirement]():   {"type"},
	reflect.TypeFor[S3FilesVolume]():         {"fileSystemArn"},
	reflect.TypeFor[ContainerSecret]():       {"name", "valueFrom"},
	reflect.TypeFor[Tmpfs]():                 {"containerPath"},
	reflect.TypeFor[TrustedExecution]():      {"isolationMode"},
	reflect.TypeFor[Ulimit]():                {"name"},
}

// object puts the members of an object into the fields of a struct.
func (r *inputReader) object(v *jsontext.Value, to reflect.Value, path string) {
	keys := keysOf(to.Type())
	said, full := map[string]bool{}, map[string]bool{}
	for _, m := range v.Members {
		key, at := keyFor(keys, m.Key), join(path, m.Key)
		switch {
		case key != "":
		case path == "" && slices.ContainsFunc(answerKeys, func(k string) bool { return strings.EqualFold(k, m.Key) }), isNote(m.Key):
			r.found.Ignored = append(r.found.Ignored, at)
			continue
		default:
			r.unknown(m, to.Type(), path)
			continue
		}
		if said[key] {
			r.found.Repeated = append(r.found.Repeated, r.place(at, m.Line))
		}
		said[key], full[key] = true, !m.Value.Empty()
		field := to.FieldByIndex(keys[key])
		field.SetZero()
		r.field(m.Value, field, join(path, key))
	}
	for _, key := range required[to.Type()] {
		if !full[key] {
			r.wrong(join(path, key), v.Line, "the key is required, and is missing or empty")
		}
	}
}

var simpleKey = regexp.MustCompile(`^[$\w/-]{1,60}$`)

func join(path, key string) string {
	switch {
	case !simpleKey.MatchString(key):
		return path + "[" + quoted(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// quoted is a name in quotes, shortened where it is none.
func quoted(name string) string {
	if runes := []rune(name); len(runes) > 80 {
		name = string(runes[:80]) + "…"
	}
	return strconv.Quote(name)
}

// field puts a value into a field.
func (r *inputReader) field(v *jsontext.Value, to reflect.Value, path string) {
	if v.Kind == jsontext.Null {
		return
	}
	t := to.Type()
	if t.Kind() == reflect.Pointer {
		// What says nothing is left out, as the command line's skeleton and the old console write it.
		if t.Elem().Kind() == reflect.Struct && v.Empty() && !saidByBeing[t.Elem()] {
			return
		}
		to.Set(reflect.New(t.Elem()))
		t, to = t.Elem(), to.Elem()
	}
	switch t.Kind() {
	case reflect.String:
		r.text(v, to, path)
	case reflect.Bool:
		if v.Kind != jsontext.Bool {
			r.another(v, path, "true or false", withoutQuotes(v.Kind == jsontext.Text && (v.Text == "true" || v.Text == "false")))
			return
		}
		to.SetBool(v.Text == "true")
	case reflect.Int64:
		r.number(v, to, path)
	case reflect.Struct:
		if v.Kind != jsontext.Object {
			r.another(v, path, "an object in { }", hintForObject(v))
			return
		}
		r.object(v, to, path)
	case reflect.Slice:
		r.list(v, to, path)
	case reflect.Map:
		r.texts(v, to, path)
	default:
		panic(fmt.Sprintf("a task definition has a %s", t)) // a mistake in the types, seen at once
	}
}

// another notes that a value is of another kind than the wanted one.
func (r *inputReader) another(v *jsontext.Value, path, wanted, hint string) {
	if hint != "" {
		hint = "; " + hint
	}
	r.wrong(path, v.Line, "the value must be %s, not %s%s", wanted, v.Kind, hint)
}

// withoutQuotes is what to do with a number or a truth value in quotes.
func withoutQuotes(quoted bool) string {
	if quoted {
		return "write it without quotes"
	}
	return ""
}

func hintForObject(v *jsontext.Value) string {
	switch {
	case v.Kind == jsontext.List && len(v.Elements) == 1 && v.Elements[0].Kind == jsontext.Object:
		return "remove the list around it"
	case v.Kind == jsontext.Text && looksLikeJSON(v.Text):
		return "it is a string that contains JSON: decode it with jsondecode"
	}
	return ""
}

// sizes are the texts that people write as numbers: aws_ecs_task_definition takes both.
var sizes = []string{"cpu", "memory"}

func (r *inputReader) text(v *jsontext.Value, to reflect.Value, path string) {
	switch {
	case v.Kind == jsontext.Text:
		to.SetString(v.Text)
	case v.Kind == jsontext.Number && slices.Contains(sizes, path):
		n, err := strconv.ParseFloat(v.Text, 64)
		to.SetString(v.Text)
		if err == nil && n == math.Trunc(n) && math.Abs(n) < 1<<53 {
			to.SetString(strconv.FormatInt(int64(n), 10))
		}
	default:
		hint := ""
		if v.Kind == jsontext.Number || v.Kind == jsontext.Bool {
			hint = "write it in double quotes"
		}
		r.another(v, path, "a string", hint)
	}
}

// number takes whole numbers of 32 bits, as all those of ECS are.
func (r *inputReader) number(v *jsontext.Value, to reflect.Value, path string) {
	if v.Kind != jsontext.Number {
		_, err := strconv.ParseInt(v.Text, 10, 64)
		r.another(v, path, "a whole number", withoutQuotes(v.Kind == jsontext.Text && err == nil))
		return
	}
	n, err := strconv.ParseFloat(v.Text, 64)
	switch {
	case err == nil && n != math.Trunc(n):
		hint := ""
		if strings.HasSuffix(path, ".cpu") {
			hint = "; it is in CPU units, 1024 to a vCPU: 0.25 vCPU is 256"
		}
		r.wrong(path, v.Line, "the value must be a whole number, not a fraction%s", hint)
	case err != nil || n < math.MinInt32 || n > math.MaxInt32:
		r.wrong(path, v.Line, "the number is out of range; ECS takes at most %d", math.MaxInt32)
	default:
		to.SetInt(int64(n))
	}
}

// list puts the elements of a list into a slice. Elements that say nothing are left out, as
// elsewhere; but for texts, of which an empty one may be an argument, and containers.
func (r *inputReader) list(v *jsontext.Value, to reflect.Value, path string) {
	of := to.Type().Elem()
	if v.Kind != jsontext.List {
		r.another(v, path, "a list in [ ]", hintForList(v, of))
		return
	}
	if of.Kind() == reflect.String && v.Empty() {
		return
	}
	for i, e := range v.Elements {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case e.Kind == jsontext.Null:
			continue
		case of.Kind() == reflect.Struct && of != reflect.TypeFor[Container]() && e.Empty():
			continue
		case of == reflect.TypeFor[KeyValue]() && strings.HasSuffix(path, ".environment") && withoutValue(e):
			continue
		}
		to.Set(reflect.Append(to, reflect.Zero(of)))
		r.field(e, to.Index(to.Len()-1), at)
	}
}

// withoutValue reports whether a variable has no value, not even an empty one: ECS leaves it out.
// Reports: aws-actions/amazon-ecs-deploy-task-definition 216, 224.
func withoutValue(variable *jsontext.Value) bool {
	if variable.Kind != jsontext.Object {
		return false
	}
	for _, m := range variable.Members {
		if strings.EqualFold(m.Key, "value") {
			return m.Value.Kind == jsontext.Null
		}
		if !strings.EqualFold(m.Key, "name") {
			return false // a misspelt one, perhaps
		}
	}
	return true
}

func hintForList(v *jsontext.Value, of reflect.Type) string {
	_, named := keysOf(of)["name"]
	switch {
	case v.Kind == jsontext.Text && looksLikeJSON(v.Text):
		return "it is a string that contains JSON: decode it with jsondecode"
	case v.Kind == jsontext.Text && of.Kind() == reflect.String:
		return `write each word as an element, as in ["sh", "-c", "…"]`
	case v.Kind == jsontext.Object && named && v.Member("name") == nil:
		return "write it as a list of objects with a name each"
	case v.Kind == jsontext.Object && of.Kind() == reflect.Struct:
		return "put it in [ ]"
	}
	return ""
}

// texts puts an object of texts into a map.
func (r *inputReader) texts(v *jsontext.Value, to reflect.Value, path string) {
	if v.Kind != jsontext.Object {
		r.another(v, path, "an object in { }", "")
		return
	}
	out := map[string]string{}
	for _, m := range v.Members {
		if m.Value.Kind == jsontext.Null {
			continue
		}
		var text string
		r.text(m.Value, reflect.ValueOf(&text).Elem(), path+"["+quoted(m.Key)+"]")
		out[m.Key] = text
	}
	to.Set(reflect.ValueOf(out))
}

// keysOf are the fields of a struct by their names in JSON, those of embedded ones included.
func keysOf(t reflect.Type) map[string][]int {
	if known, ok := allKeys.Load(t); ok {
		if keys, ok := known.(map[string][]int); ok {
			return keys
		}
	}
	out := map[string][]int{}
	if t.Kind() == reflect.Struct {
		for _, f := range reflect.VisibleFields(t) {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
				out[name] = f.Index
			}
		}
	}
	allKeys.Store(t, out)
	return out
}

// allKeys are those of the types that have been asked for: a file is read several times in a plan.
var allKeys sync.Map

// keyFor is the name of a field as it is spelt, "" for none: as for the command line and
// CloudFormation both, upper and lower case are alike.
func keyFor(keys map[string][]int, key string) string {
	if keys[key] != nil {
		return key
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if strings.EqualFold(name, key) {
			return name
		}
	}
	return ""
}

// unknown notes a key that ECS does not have there, with the one that may be meant.
func (r *inputReader) unknown(m jsontext.Member, t reflect.Type, path string) {
	keys := slices.Sorted(maps.Keys(keysOf(t)))
	said := "unknown key"
	if near := nearestKey(m.Key, keys); near != "" {
		said += fmt.Sprintf("; did you mean %s?", near)
	} else if places := placesOf(m.Key); len(places) > 0 {
		said += " here; it is a key of " + Or(places)
	} else {
		r.found.Unknown = true
		if len(keys) <= 12 {
			said += "; the keys are " + strings.Join(keys, ", ")
		}
	}
	r.wrong(join(path, m.Key), m.Line, "%s", said)
}

// nearestKey is the key that a misspelt one may mean, "" for none.
func nearestKey(key string, keys []string) string {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s))
	}
	if !simpleKey.MatchString(key) {
		return ""
	}
	best, nearest := min(len(key)/4+1, 3), ""
	for _, k := range keys {
		d := distance(plain(key), plain(k))
		if d <= best && d < len(k) && (nearest == "" || d < best) {
			best, nearest = d, k
		}
	}
	return nearest
}

// distance is how many letters have to be put in, taken out, changed or swapped with the next one.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// placesOf are the objects of a task definition that have a key, at most three.
func placesOf(key string) []string {
	var out []string
	seen := map[reflect.Type]bool{}
	var visit func(t reflect.Type, path string)
	visit = func(t reflect.Type, path string) {
		list := ""
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			if t.Kind() == reflect.Slice {
				list = "[]"
			}
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || seen[t] {
			return
		}
		seen[t] = true
		keys := keysOf(t)
		if keys[key] != nil {
			out = append(out, cmp.Or(path+list, "the task definition itself"))
		}
		for _, name := range slices.Sorted(maps.Keys(keys)) {
			visit(t.FieldByIndex(keys[name]).Type, join(path+list, name))
		}
	}
	visit(reflect.TypeFor[Input](), "")
	return out[:min(len(out), 3)]
}
