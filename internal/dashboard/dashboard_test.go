package dashboard_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/dashboard"
)

// The body has the structure that CloudWatch documents: widgets that do not overlap, each with a region.
func TestJSON(t *testing.T) {
	text := dashboard.Task{Family: `dump`, Cluster: "batch", LogGroup: "/ecs/dump", Region: "eu-central-1"}.JSON()
	var body struct {
		Widgets []struct {
			Type                string
			X, Y, Width, Height int
			Properties          struct {
				Region, Query string
				Metrics       [][]string
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	taken := map[[2]int]bool{}
	for _, w := range body.Widgets {
		if w.Properties.Region != "eu-central-1" || (w.Type == "log") == (w.Properties.Query == "") || (w.Type == "metric") == (len(w.Properties.Metrics) == 0) {
			t.Errorf("%+v", w)
		}
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				if taken[[2]int{x, y}] || x >= 24 {
					t.Fatalf("two widgets at %d, %d", x, y)
				}
				taken[[2]int{x, y}] = true
			}
		}
	}
	for _, part := range []string{
		`SOURCE '/ecs/dump' | fields @timestamp, @message | sort @timestamp desc | limit 50`,
		`["ECS/ContainerInsights","CpuUtilized","TaskDefinitionFamily","dump","ClusterName","batch"]`,
		`["AWS/Logs","IncomingLogEvents","LogGroupName","/ecs/dump"]`,
	} {
		if !strings.Contains(text, part) {
			t.Errorf("no %s in %s", part, text)
		}
	}
}
