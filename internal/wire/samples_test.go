package wire_test

import (
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

var home = arn.Place{Partition: "aws", Region: "us-east-1", Account: "111122223333"}

// publish is a docker task, in a place.
func publish(place arn.Place) wire.Task {
	return wire.Task{
		Name:       "publish",
		FamilyARN:  place.Regional("ecs", "task-definition/publish"),
		ClusterARN: place.Regional("ecs", "cluster/media"),
		Container:  "publish",
		Network:    task.Network{SubnetIDs: []string{"subnet-b", "subnet-a"}, SecurityGroupIDs: []string{"sg-a"}, AssignPublicIP: true},
		RoleARNs: []string{
			place.Global("iam", "role/publish-execution"),
			place.Global("iam", "role/publish-task"),
		},
	}
}

// sample is a wire of the kind, by name where there is one.
func sample(t *testing.T, kind string, place arn.Place) wire.Wire {
	t.Helper()
	w := wire.Wire{Name: "uploads", Kind: kind}
	switch kind {
	case "docker_task":
		end := publish(place)
		w.Task = &end
	case "object_prefix":
		w.Fields = map[string]string{"bucket": "uploads", "prefix": "incoming/"}
	case "cache":
		w.Fields = map[string]string{"replication_group_id": "sessions", "username": "dumper", "endpoint": "sessions.abc.use1.cache.amazonaws.com", "port": "6379"}
	case "search_domain":
		w.Fields = map[string]string{"name": "orders", "endpoint": "search-orders-abc.us-east-1.es.amazonaws.com"}
	case "email":
		w.Value = "example.com"
	case "model":
		w.Value = "amazon.nova-lite-v1:0"
	case "user_pool":
		w.Value = place.Region + "_AbCdEf123"
	case "rest_api", "websocket_api":
		w.Fields = map[string]string{"id": "a1b2c3d4e5", "stage": "prod"}
	case "graphql_api":
		w.Fields = map[string]string{"id": "abcdefghijklmnopqrstuvwxyz", "url": "https://zyxwvutsrqponmlkjihgfedcba.appsync-api.us-east-1.amazonaws.com/graphql"}
	case "database":
		w.Fields = map[string]string{"resource_id": "db-ABCDEFGHIJKL01234", "username": "dumper", "endpoint": "orders.abc.us-east-1.rds.amazonaws.com", "port": "5432"}
	case "secret":
		w.Value = place.Regional("secretsmanager", "secret:uploads-AbCdEf")
	case "parameter":
		w.Value = "/uploads/key"
	case "policy":
		w.Value = `{"Version":"2012-10-17","Statement":{"Sid":"Mail","Effect":"Allow","Action":"ses:SendEmail","Resource":"` +
			place.Regional("ses", "identity/example.com") + `","Condition":{"StringLike":{"ses:FromAddress":"*@example.com"}}}}`
	default:
		w.Value = "uploads"
	}
	return w
}

// accesses are those that a wire of the kind may have, "" where it takes none.
func accesses(k wire.Kind) []wire.Access {
	if all := k.Accesses(); len(all) > 0 {
		return all
	}
	return []wire.Access{""}
}

func texts(problems []wire.Problem) string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Wire+"."+p.Field+": "+p.Text)
	}
	return strings.Join(out, "\n")
}
