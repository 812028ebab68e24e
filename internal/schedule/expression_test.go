package schedule_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/schedule"
)

func TestCheckExpression_takes(t *testing.T) {
	t.Parallel()
	for _, expression := range []string{
		// The examples of the Scheduler user guide and the EventBridge cron reference.
		"cron(15 10 ? * 6L 2022-2023)",
		"cron(0 10 * * ? *)",
		"cron(15 12 * * ? *)",
		"cron(0 18 ? * MON-FRI *)",
		"cron(0 8 1 * ? *)",
		"cron(0/10 * ? * MON-FRI *)",
		"cron(0/5 8-17 ? * MON-FRI *)",
		"cron(0/30 20-2 ? * MON-FRI *)",
		"rate(5 minutes)", "rate(1 minute)", "rate(1 hour)", "rate(2 hours)", "rate(1 day)", "rate(7 days)",
		"rate(1 minutes)", "rate(5 minute)", "rate(1 hours)", "rate(2 hour)", "rate(1 days)", "rate(7 day)", "rate(01 hours)",
		"at(2022-11-20T13:00:00)",
		// Each special, and the ends of the ranges.
		"cron(0 0 L * ? *)", "cron(0 0 LW * ? *)", "cron(0 0 15W * ? *)", "cron(0 0 ? * L *)", "cron(0 0 ? * FRI#5 *)", "cron(0 0 ? * 3#2 *)",
		"cron(0,15,30,45 0,12 1,15,31 JAN,jul-DEC ? 1970,2199)", "cron(59 23 31 12 ? 2199)", "cron(*/15 */2 */3 */4 ? */5)",
		"cron(0 0 ? * FRI-MON *)", "cron(0 0 ? NOV-FEB MON *)", "cron(0  0   * * ? *)", "cron(5-50/5 * * * ? *)",
		"at(2024-02-29T00:00:00)",
	} {
		if err := schedule.CheckExpression(expression); err != nil {
			t.Errorf("%s: %s", expression, err)
		}
	}
}

func TestCheckExpression_refuses(t *testing.T) {
	t.Parallel()
	for expression, says := range map[string]string{
		"":                                           "an expression is cron(",
		"cron(0 3 * * ? *":                           "an expression is cron(",
		"every(5 minutes)":                           "an expression is cron(",
		"CRON(0 3 * * ? *)":                          "an expression is cron(",
		"cron (0 3 * * ? *)":                         "an expression is cron(",
		"0 3 * * *":                                  "write cron(0 3 * * ? *)",
		"0 3 * * 0":                                  "write cron(0 3 ? * SUN *)",
		"30 9 * * 1-5":                               "write cron(30 9 ? * MON-FRI *)",
		"cron(0 3 * * *)":                            "has 5: write cron(0 3 * * ? *)",
		"cron(0 3 * * ? * *)":                        "six fields",
		"cron()":                                     "six fields",
		"cron(60 3 * * ? *)":                         `field minutes of a cron expression: allowed are 0 to 59; this one is "60"`,
		"cron(-1 3 * * ? *)":                         "field minutes",
		"cron(+1 3 * * ? *)":                         "field minutes",
		"cron(0 24 * * ? *)":                         "field hours of a cron expression: allowed are 0 to 23",
		"cron(? 3 * * ? *)":                          "field minutes",
		"cron(0 3 0 * ? *)":                          "field day-of-month of a cron expression: allowed are 1 to 31",
		"cron(0 3 32W * ? *)":                        "field day-of-month",
		"cron(0 3 L-3 * ? *)":                        "field day-of-month",
		"cron(0 3 * 13 ? *)":                         "field month of a cron expression: allowed are 1 to 12 or JAN to DEC",
		"cron(0 3 * JANUARY ? *)":                    "field month",
		"cron(0 3 ? * 0 *)":                          "field day-of-week of a cron expression: allowed are 1 to 7 or SUN to SAT; this one is \"0\": Sunday is 1",
		"cron(0 3 ? * 8 *)":                          "field day-of-week",
		"cron(0 3 ? * 6#6 *)":                        "1 to 5",
		"cron(0 3 ? * 6#0 *)":                        "1 to 5",
		"cron(0 3 ? * 3#1,6#3 *)":                    "only one day",
		"cron(0 3 ? * W *)":                          "field day-of-week",
		"cron(0 3 * * ? 1969)":                       "field year of a cron expression: allowed are 1970 to 2199",
		"cron(0 3 * * ? 2200)":                       "field year",
		"cron(0 3 * * MON *)":                        "one of the two has to be ?",
		"cron(0 3 * * * *)":                          "one of the two has to be ?",
		"cron(0 3 ? * ? *)":                          "are both ?",
		"cron(0 3 * * ? 2030-2029)":                  "the range 2030-2029 ends before it begins",
		"cron(0/0 3 * * ? *)":                        "the step after /",
		"cron(0/x 3 * * ? *)":                        "the step after /",
		"cron(0/60 3 * * ? *)":                       "the step after /",
		"cron(0, 3 * * ? *)":                         "field minutes",
		"cron(0- 3 * * ? *)":                         "field minutes",
		"rate(5)":                                    "a whole number and a unit",
		"rate(5minutes)":                             "a whole number and a unit",
		"rate(1.5 hours)":                            "a whole number and a unit",
		"rate(-1 hours)":                             "a whole number and a unit",
		"rate(0 minutes)":                            "from 1 on, not 0",
		"rate(99999999999 days)":                     "from 1 on",
		"rate(5 seconds)":                            `minutes, hours or days, not "seconds"`,
		"rate(2 week)":                               `minutes, hours or days, not "week"`,
		"at(2030-12-31)":                             "date and a time of day",
		"at(2030-12-31T24:00:00)":                    "date and a time of day",
		"at(2023-02-29T00:00:00)":                    "date and a time of day",
		"at(2030-12-31T23:59:00Z)":                   "write at(2030-12-31T23:59:00)",
		"at(2030-12-31T23:59:00+01:00)":              "has no zone",
		"rate(5 minutes)" + strings.Repeat(" ", 250): "at most 256 characters",
	} {
		if err := schedule.CheckExpression(expression); !strings.Contains(fmt.Sprint(err), says) || err == nil {
			t.Errorf("%s: %q does not say %q", expression, err, says)
		}
	}
}

// What is suggested in place of a crontab's line has to be good itself.
func TestCheckExpression_suggests(t *testing.T) {
	t.Parallel()
	for _, crontab := range []string{"0 3 * * *", "*/5 * * * *", "0 3 1 * *", "0 3 * * 0", "0 3 * * 7", "0 3 * * 1-5", "0 0 1 1 *", "15 14 * * MON"} {
		_, suggested, found := strings.Cut(fmt.Sprint(schedule.CheckExpression(crontab)), "write ")
		if !found {
			t.Errorf("%s: nothing is suggested", crontab)
		} else if err := schedule.CheckExpression(suggested); err != nil {
			t.Errorf("%s: %s is suggested, and refused: %s", crontab, suggested, err)
		}
	}
}

func FuzzCheckExpression(f *testing.F) {
	for _, seed := range []string{
		"cron(15 10 ? * 6L 2022-2023)", "cron(0/5 8-17 ? * MON-FRI *)", "cron(0 0 LW * ? *)", "cron(0 0 ? * 3#2 *)",
		"rate(5 minutes)", "at(2022-11-20T13:00:00)", "0 3 * * 0-7", "cron(,,, -/# ? L W *)", "cron(", ")", "at()", "rate( )",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		wrong := schedule.CheckExpression(expression)
		if wrong != nil {
			if len([]rune(fmt.Sprint(wrong))) > 900 {
				t.Errorf("a message of %d characters for %q", len(fmt.Sprint(wrong)), expression)
			}
			return
		}
		// What is taken is of one of the three forms, in a form that one can rely on.
		kind, rest, _ := strings.Cut(expression, "(")
		if kind != "cron" && kind != "rate" && kind != "at" || !strings.HasSuffix(rest, ")") || strings.Count(expression, "(") != 1 {
			t.Errorf("%q is taken", expression)
		}
		if kind == "cron" {
			fields := strings.Fields(strings.TrimSuffix(rest, ")"))
			if len(fields) != 6 || (fields[2] == "?") == (fields[4] == "?") {
				t.Errorf("%q is taken", expression)
			}
		}
		if schedule.Once(expression) != (kind == "at") {
			t.Errorf("%q: once is %t", expression, schedule.Once(expression))
		}
	})
}

// The user's text of a rate stays where AWS has another for the same.
func TestSameExpression(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"rate(1 hours)", "rate(1 hour)", true},
		{"rate(5  minute)", "rate(05 minutes)", true},
		{"rate(1 hour)", "rate(1 day)", false},
		{"rate(1 hour)", "rate(2 hours)", false},
		{"rate(x)", "rate(x)", true},
		{"rate(0 hours)", "rate(00 hours)", false},
		{"cron(0 3 * * ? *)", "cron(0 3 * * ? *)", true},
		{"cron(0 3 * * ? *)", "cron(0 4 * * ? *)", false},
	} {
		same := schedule.Schedule{Expression: c.a}.Equal(schedule.Schedule{Expression: c.b})
		if have := schedule.SameExpression(c.a, c.b); have != c.want || same != c.want {
			t.Errorf("%s, %s: %t", c.a, c.b, have)
		}
	}
}
