package task

import (
	"strings"
	"testing"
)

// TestOwner_Is: an id counts for the unit that it was made for, and for no other.
func TestOwner_Is(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 255)
	owners := []Owner{
		{TaskUnit, "us-east-1", "shop"}, {TaskUnit, "eu-west-1", "shop"}, {TaskUnit, "us-east-1", "shop-2"},
		{TaskUnit, "us-east-1", "us-east-1"}, {TaskUnit, "us-east-1", long}, {TaskUnit, "us-east-1", long[:254]},
		{ScheduleUnit, "us-east-1", "shop"}, {ScheduleUnit, "us-east-1", "default/shop"}, {ScheduleUnit, "us-east-1", "shop/shop"},
		{SubscriptionUnit, "us-east-1", "shop"},
	}
	for i, made := range owners {
		id := made.ID("k3j2")
		if err := CheckTag("id", id); err != nil {
			t.Errorf("%q cannot be a tag: %s", id, err)
		}
		if DescribeOwner(id) == "" {
			t.Errorf("%q does not name its owner", id)
		}
		for j, asked := range owners {
			if asked.Is(id) != (i == j) {
				t.Errorf("%v takes %q for its own: %t", asked, id, asked.Is(id))
			}
		}
	}
	shop := owners[0]
	for _, id := range []string{
		"", "another", "k3j2", "shop/k3j2", "docker_task/us-east-1/shop", "docker_task/us-east-1/shop/", "docker_task/us-east-1//k3j2",
		"docker_task/us-east-1/shop/x/k3j2", "docker_task/us-east-1/shop/k3j2/", "docker_task/us-east-1/shop/K3J2", "docker_task/us-east-1/shop/k3j2\n",
		" docker_task/us-east-1/shop/k3j2", "docker_task/us-east-1/shop/*", "docker_task/us-east-1/Shop/k3j2",
	} {
		if shop.Is(id) {
			t.Errorf("%q counts as an id of %v", id, shop)
		}
	}
	if got := DescribeOwner(shop.ID("k3j2")); got != "docker_task shop in us-east-1" {
		t.Errorf("described as %q", got)
	}
}
