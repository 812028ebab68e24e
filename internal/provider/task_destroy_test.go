package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// ending is a manual change before a docker task is destroyed.
type ending struct {
	does func(heldTask)
	// leaves are the parts that have to be there afterwards, as they were before.
	leaves func(heldTask) []string
}

var endings = map[string]ending{
	"policies on both roles": {does: func(h heldTask) {
		for _, role := range []string{h.executionRole, h.taskRole} {
			h.cloud.PutRolePolicy(role, "by-hand", readQueues)
			h.cloud.AttachPolicy(role, h.policy("by-hand"))
		}
	}},
	"role in an instance profile": {does: func(h heldTask) { h.putIntoProfile(h.taskRole) }},
	"log group gone":              {does: func(h heldTask) { h.cloud.DeleteLogGroup(h.logGroup) }},
	"log group made again":        {does: func(h heldTask) { h.remakeLogGroup(nil) }},
	"log group of another unit": {
		does:   func(h heldTask) { h.remakeLogGroup(map[string]string{"docker-task:unit": anotherUnit}) },
		leaves: func(heldTask) []string { return []string{"log group"} },
	},
	"roles gone":      {does: func(h heldTask) { h.cloud.DeleteRole(h.executionRole); h.cloud.DeleteRole(h.taskRole) }},
	"role made again": {does: func(h heldTask) { h.remakeRole(h.taskRole, nil) }},
	"role of another unit": {
		does: func(h heldTask) {
			h.remakeRole(h.taskRole, func(in *iam.CreateRoleInput) {
				in.Tags = []iamtypes.Tag{{Key: aws.String("docker-task:unit"), Value: aws.String(anotherUnit)}}
			})
		},
		leaves: func(h heldTask) []string { return []string{"role " + h.taskRole} },
	},
	"role of another unit with policies": {
		does: func(h heldTask) {
			h.cloud.TagRole(h.executionRole, "docker-task:unit", anotherUnit)
			h.cloud.PutRolePolicy(h.executionRole, "by-hand", readQueues)
		},
		leaves: func(h heldTask) []string { return []string{"role " + h.executionRole} },
	},
	"revision INACTIVE": {does: func(h heldTask) { h.cloud.Deregister(h.arn()) }},
	"newer revision elsewhere": {does: func(h heldTask) {
		h.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) { in.ContainerDefinitions[0].Image = aws.String("alpine") })
	}},
	"revision of another unit": {
		does:   func(h heldTask) { h.cloud.TagTaskDefinition(h.arn(), "docker-task:unit", anotherUnit) },
		leaves: func(heldTask) []string { return []string{"task definition"} },
	},
	"tags gone everywhere": {does: func(h heldTask) {
		h.cloud.UntagTaskDefinition(h.arn(), "docker-task:unit")
		h.cloud.UntagRole(h.executionRole, "docker-task:unit")
		h.cloud.UntagRole(h.taskRole, "docker-task:unit")
		h.cloud.UntagLogGroup(h.logGroup, "docker-task:unit")
	}},
	"all of another unit": {
		does: func(h heldTask) {
			h.cloud.TagTaskDefinition(h.arn(), "docker-task:unit", anotherUnit)
			h.cloud.TagRole(h.executionRole, "docker-task:unit", anotherUnit)
			h.cloud.TagRole(h.taskRole, "docker-task:unit", anotherUnit)
			h.cloud.TagLogGroup(h.logGroup, "docker-task:unit", anotherUnit)
		},
		leaves: func(h heldTask) []string {
			return []string{"log group", "role " + h.executionRole, "role " + h.taskRole, "task definition"}
		},
	},
	"everything gone": {does: func(h heldTask) {
		h.cloud.DeregisterAll(h.name)
		h.cloud.DeleteRole(h.executionRole)
		h.cloud.DeleteRole(h.taskRole)
		h.cloud.DeleteLogGroup(h.logGroup)
	}},
}

// TestAccTask_destroy: after any manual change, destroy leaves nothing of the unit and all that belongs to others,
// with and without a refresh before it.
func TestAccTask_destroy(t *testing.T) {
	t.Parallel()
	for name, e := range everyInShort(3, endings) {
		for _, refreshed := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", refreshed", false: ""}[refreshed], func(t *testing.T) {
				t.Parallel()
				h := holdTask(t)
				state := mustApply(t, h.core, h.arguments)
				e.does(h)
				before := h.look()
				var err error
				if refreshed {
					if state, err = h.core.refresh(state); err != nil {
						t.Fatal(err)
					}
				}
				var leaves []string
				if e.leaves != nil {
					leaves = e.leaves(h)
				}
				if state.exists() {
					said := make([]string, len(leaves))
					for i, part := range leaves {
						said[i] = strings.NewReplacer("log group", "log group "+h.logGroup, "task definition", "family "+h.name).Replace(part)
					}
					h.core.mustLeave(t, state, said...)
				}
				want := map[string]part{}
				for _, name := range leaves {
					want[name] = before[name]
				}
				if err := different(want, h.look()); err != nil {
					t.Error(err)
				}
				if !slices.Contains(leaves, "task definition") && len(h.active()) > 0 {
					t.Errorf("ACTIVE are %v", h.active())
				}
				h.clear()
			})
		}
	}
}

// clear removes what another unit would.
func (h heldTask) clear() {
	h.t.Helper()
	for _, role := range []string{h.executionRole, h.taskRole} {
		if h.cloud.RoleExists(role) {
			h.cloud.DeleteRole(role)
		}
	}
	if h.cloud.LogGroup(h.logGroup) != nil {
		h.cloud.DeleteLogGroup(h.logGroup)
	}
	h.cloud.DeregisterAll(h.name)
}
