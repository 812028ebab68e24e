// Package dashboard knows a dashboard of CloudWatch for a docker task. It is pure.
package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Task is what a dashboard shows.
type Task struct {
	Family, Cluster, LogGroup, Region string
}

// The grid of a dashboard has 24 columns.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
const (
	columns = 24
	half    = columns / 2
	height  = 6
)

// period is that of a point, in seconds.
const period = 300

// JSON is the body of a dashboard: the newest lines of the log, lines with an error, and what Container Insights
// measures of the family, where the cluster has it. The text is the same for the same task.
func (t Task) JSON() string {
	source := "SOURCE '" + strings.ReplaceAll(t.LogGroup, "'", "") + "' | " // names of log groups have no quote
	widgets := []map[string]any{
		t.widget("log", 0, 0, columns, map[string]any{
			"title": "Log of " + t.Family, "view": "table",
			"query": source + "fields @timestamp, @message | sort @timestamp desc | limit 50",
		}),
		t.widget("log", 0, height, half, map[string]any{
			"title": "Lines with an error", "view": "timeSeries", "stacked": false,
			"query": source + fmt.Sprintf("filter @message like /(?i)error|exception|fatal/ | stats count() as errors by bin(%ds)", period),
		}),
		t.widget("metric", half, height, half, map[string]any{
			"title": "Lines of the log", "view": "timeSeries", "stat": "Sum", "period": period,
			"metrics": []any{[]any{"AWS/Logs", "IncomingLogEvents", "LogGroupName", t.LogGroup}},
		}),
		t.insights("CPU", 0, "CpuUtilized", "CpuReserved"),
		t.insights("Memory", half, "MemoryUtilized", "MemoryReserved"),
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any{"widgets": widgets}); err != nil {
		panic(fmt.Sprintf("encoding a dashboard: %s", err)) // texts and numbers cannot fail
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// insights is a widget of metrics that Container Insights has of a family.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
func (t Task) insights(title string, x int, names ...string) map[string]any {
	var metrics []any
	for _, name := range names {
		metrics = append(metrics, []any{"ECS/ContainerInsights", name, "TaskDefinitionFamily", t.Family, "ClusterName", t.Cluster})
	}
	return t.widget("metric", x, 2*height, half, map[string]any{
		"title": title + " (Container Insights)", "view": "timeSeries", "stat": "Average", "period": period, "metrics": metrics,
	})
}

func (t Task) widget(kind string, x, y, width int, properties map[string]any) map[string]any {
	properties["region"] = t.Region
	return map[string]any{"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}
}
