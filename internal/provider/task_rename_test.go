package provider_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// TestAccTask_renameOnePart: another name for one part replaces that part and no other, and the
// plan warns of what is deleted and what stays.
func TestAccTask_renameOnePart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		argument func(u unit) values
		part     func(u unit) string // as look calls it
		says     func(u unit) string
		stays    bool
	}{
		"execution role": {
			argument: func(u unit) values { return values{"execution_role": values{"name": u.name + "-x"}} },
			part:     func(u unit) string { return "role " + u.executionRole },
			says:     func(u unit) string { return "role " + u.executionRole + " deleted last" },
		},
		"task role": {
			argument: func(u unit) values {
				return values{"task_role": values{"name": u.name + "-x", "path": "/tasks/"}}
			},
			part: func(u unit) string { return "role " + u.taskRole },
			says: func(u unit) string { return "role " + u.taskRole + " deleted last" },
		},
		"log group": {
			argument: func(u unit) values {
				return values{"log_group": values{"name": "/x/" + u.name, "class": "INFREQUENT_ACCESS"}}
			},
			part:  func(unit) string { return "log group" },
			says:  func(u unit) string { return "Log group " + u.logGroup + " stays with its log" },
			stays: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			proxy := acctest.NewProxy(t)
			c := newProtocolClient(t, "docker_task", nil)
			plainly := values{"name": u.name, "image": "busybox"}
			state, err := c.apply(c.nothing(), plainly)
			if err != nil {
				t.Fatal(err)
			}
			before := u.look()

			renamed := merged(plainly, test.argument(u))
			if said, words := c.warnings(state, renamed), test.says(u); len(said) != 1 || !strings.Contains(said[0], words) {
				t.Errorf("the plan warns of %q, not of %q", said, words)
			}
			proxy.Reset()
			if state, err = c.apply(state, renamed); err != nil {
				t.Fatal(err)
			}
			c.mustPlanNothing(state, renamed)
			made := proxy.Calls(acctest.On("iam.CreateRole", "logs.CreateLogGroup"))
			if len(made) != 1 {
				t.Fatalf("created are %v", made)
			}
			after := u.look()
			for part := range before {
				switch {
				case part == "task definition": // names the part
				case part != test.part(u) && name == "log group" && part == "role "+u.executionRole: // may write the log
				case part != test.part(u):
					if !reflect.DeepEqual(before[part], after[part]) {
						t.Errorf("%s:\nbefore %v\nnow    %v", part, before[part], after[part])
					}
				case (after[part] != nil) != test.stays:
					t.Errorf("%s is now %v", part, after[part])
				}
			}
			if !slices.Equal(u.active(), []int{1, 2}) {
				t.Errorf("ACTIVE are %v", u.active())
			}
			if g := u.cloud.LogGroup("/x/" + u.name); name == "log group" && (g == nil || aws.ToInt32(g.RetentionInDays) != 30 || made[0].Field("logGroupClass") != "INFREQUENT_ACCESS") {
				t.Errorf("the new log group is %v", g)
			}
			if _, err := c.destroy(state); err != nil {
				t.Fatal(err)
			}
			if left := u.look(); test.stays && left["log group"] == nil || !test.stays && len(left) > 0 {
				t.Errorf("after a destroy there is %v", left)
			}
		})
	}
}
