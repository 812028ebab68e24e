package pace

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

func TestPacer_globalServiceHasOneCount(t *testing.T) {
	p := newPacer(nil)
	if p.lane(iam.ServiceID, "eu-west-1", "CreateRole") != p.lane(iam.ServiceID, "us-east-1", "CreateRole") {
		t.Error("IAM is counted by region")
	}
	if p.lane(iam.ServiceID, "", "CreateRole") == p.lane(iam.ServiceID, "", "GetRole") {
		t.Error("changes and reads are taken for one")
	}
	if p.lane(cloudwatchlogs.ServiceID, "", "CreateLogGroup") == p.lane(cloudwatchlogs.ServiceID, "", "PutRetentionPolicy") {
		t.Error("undocumented limits of two operations are taken for one")
	}
	if p.lane(ec2.ServiceID, "eu-west-1", "DescribeSubnets") == p.lane(ec2.ServiceID, "us-east-1", "DescribeSubnets") {
		t.Error("EC2 is not counted by region")
	}
}

// The table names operations as text; a misspelt one would never be paced.
func TestThrottles_operationsExist(t *testing.T) {
	clients := map[string]reflect.Type{ecs.ServiceID: reflect.TypeFor[*ecs.Client](), iam.ServiceID: reflect.TypeFor[*iam.Client]()}
	for _, limit := range throttles {
		if clients[limit.service] == nil || limit.burst < 0 || limit.refill < 0 || (limit.burst == 0) != (limit.refill == 0) {
			t.Errorf("not a bucket: %+v", limit)
			continue
		}
		for _, operation := range limit.operations {
			if _, ok := clients[limit.service].MethodByName(operation); !ok {
				t.Errorf("%s: %s has no operation %s", limit.name, limit.service, operation)
			}
		}
	}
}

// The pace begins with what AWS documents, and counts together what AWS counts together.
func TestThrottles_documented(t *testing.T) {
	t.Parallel()
	for name, d := range awstest.Documented {
		first := newPacer(nil)
		for _, operation := range d.Operations {
			l := first.lane(ecs.ServiceID, awstest.Region, operation)
			if float64(l.burst) != d.Burst || l.refill != d.Refill {
				t.Errorf("%s: %s has %d and %g a second, not %g and %g", name, operation, l.burst, l.refill, d.Burst, d.Refill)
			}
		}
		if len(first.lanes) != 1 {
			t.Errorf("%s: %v do not wait in one queue", name, d.Operations)
		}
	}
}
