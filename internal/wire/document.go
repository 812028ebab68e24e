package wire

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// mergeAbove is the size from which on statements are merged, in characters: three quarters
// of what IAM allows, so that the document says wire by wire what it allows for as long as
// there is room, and changes its form well before the limit.
const mergeAbove = policy.RoleInlineLimit / 4 * 3

// frame are the characters of a document that belong to no statement.
const frame = len(`{"Version":"2012-10-17","Statement":[]}`)

// Policy is the policy of all wires: sorted by their names, every Sid once. Others is how
// many characters the other inline policies of the role take ([policy.Size]), of which all
// together may have [policy.RoleInlineLimit].
//
// From three quarters of the limit on, statements with the same actions and the same
// conditions are merged into the first of them, which keeps its Sid and gets the resources
// of all: that allows neither more nor less. Statements of wires of the kind policy stay as
// they are. Above the limit the error is a [*SizeError]; others are of wires that
// [Wire.Check] refuses.
func Policy(wires []Wire, place arn.Place, others int) (policy.Document, error) {
	var d policy.Document
	var sizes []Size
	taken := map[string]bool{}
	for _, w := range slices.SortedFunc(slices.Values(wires), byName) {
		statements, err := w.Statements(place)
		if err != nil {
			return policy.Document{}, err
		}
		for i := range statements {
			statements[i].Sid = free(statements[i].Sid, w.Name, taken)
		}
		d.Statements = append(d.Statements, statements...)
		sizes = append(sizes, Size{
			Wire:       w.Name,
			Characters: policy.Size(policy.Document{Statements: statements}.JSON()) - frame,
		})
	}
	size := policy.Size(d.JSON())
	if size+others > mergeAbove {
		d = merged(d)
		size = policy.Size(d.JSON())
	}
	if size+others > policy.RoleInlineLimit {
		return d, &SizeError{Size: size, Others: others, Wires: sizes}
	}
	return d, nil
}

func byName(a, b Wire) int { return cmp.Compare(a.Name, b.Name) }

// taskSid are the Sids that a docker task's own statements in its task role have.
var taskSid = regexp.MustCompile(`^(?:ExecuteCommand|MountVolume[0-9]+)$`)

// free is the Sid, or with a hash of the wire's name if another wire or the task itself has
// it already: two names can be the same in camel case, or one with what follows the other's.
func free(sid, name string, taken map[string]bool) string {
	if taken[sid] || taskSid.MatchString(sid) {
		sum := sha256.Sum256([]byte(name + "\x00" + sid))
		sid += hex.EncodeToString(sum[:4])
	}
	taken[sid] = true
	return sid
}

// merged has statements with the same actions and conditions made into one.
func merged(d policy.Document) policy.Document {
	var out policy.Document
	first := map[string]int{}
	for _, s := range d.Statements {
		if s.Written != nil {
			out.Statements = append(out.Statements, s)
			continue
		}
		same := fmt.Sprintf("%q %q", policy.Sorted(s.Actions), s.Conditions)
		i, ok := first[same]
		if !ok {
			first[same] = len(out.Statements)
			out.Statements = append(out.Statements, s)
			continue
		}
		out.Statements[i].Resources = policy.Sorted(append(slices.Clone(out.Statements[i].Resources), s.Resources...))
	}
	return out
}

// Size is how much of the policy a wire takes.
type Size struct {
	Wire string
	// Characters are those of the wire's statements by themselves, white space not counted.
	Characters int
}

// SizeError is the error of policies of a role that are larger than IAM takes.
type SizeError struct {
	// Size is what the wires take together, Others what the role's other policies take, in
	// characters.
	Size, Others int
	Wires        []Size
}

// Error names the wires, the largest first, and what to do.
func (e *SizeError) Error() string {
	largest := slices.SortedStableFunc(slices.Values(e.Wires), func(a, b Size) int { return cmp.Compare(b.Characters, a.Characters) })
	words := make([]string, len(largest))
	for i, w := range largest {
		words[i] = fmt.Sprintf("%s %d", w.Wire, w.Characters)
	}
	text := fmt.Sprintf("the statements of the wires have %d characters", e.Size)
	if e.Others > 0 {
		text += fmt.Sprintf(", the role's other inline policies %d", e.Others)
	}
	return text + fmt.Sprintf("; IAM takes %d on one role. By wire: %s. Leave the largest out of wires and put its statements "+
		"into a managed policy (managed_policy_arns of task_role), which does not count", policy.RoleInlineLimit, strings.Join(words, ", "))
}
