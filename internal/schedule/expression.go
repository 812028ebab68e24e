// Package schedule knows what a schedule of EventBridge Scheduler is that runs a docker task:
// when it runs, with which parameters of RunTask, and with which rights. It is pure: times are parsed and
// compared here, but there is no clock.
package schedule

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// maxExpression is how many characters Scheduler takes.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
const maxExpression = 256

const forms = "an expression is cron(minutes hours day-of-month month day-of-week year), rate(value unit) or at(yyyy-mm-ddThh:mm:ss)"

// atLayout is the time in an at expression. It has no zone: that is the schedule's.
const atLayout = "2006-01-02T15:04:05"

// CheckExpression checks a schedule expression. It names the field
// that is, and how Scheduler writes what was probably meant.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
func CheckExpression(expression string) error {
	if n := len(expression); n > maxExpression {
		return fmt.Errorf("an expression has at most %d characters, and this one has %d", maxExpression, n)
	}
	kind, rest, opened := strings.Cut(expression, "(")
	inner, closed := strings.CutSuffix(rest, ")")
	if !opened || !closed {
		if len(strings.Fields(expression)) == 5 {
			return errors.New(forms + "; this looks like a crontab's, which has neither the name before the fields nor a year: write " + fromCrontab(expression))
		}
		return errors.New(forms + "; " + described(expression))
	}
	switch kind {
	case "cron":
		return checkCron(inner)
	case "rate":
		return checkRate(inner)
	case "at":
		return checkAt(inner)
	}
	return errors.New(forms + "; " + described(expression))
}

// ratePattern is a rate. Scheduler takes singular and plural of a unit with any number; it is PutRule,
// of EventBridge's rules, that wants one of them.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
var ratePattern = regexp.MustCompile(`^([0-9]+) +([a-z]+)$`)

func checkRate(inner string) error {
	m := ratePattern.FindStringSubmatch(inner)
	if m == nil {
		return fmt.Errorf("a rate is a whole number and a unit, as in rate(5 minutes); %s", described("rate("+inner+")"))
	}
	if value, err := strconv.ParseInt(m[1], 10, 32); err != nil || value < 1 {
		return fmt.Errorf("the value of a rate is a whole number from 1 on, not %s", m[1])
	}
	switch strings.TrimSuffix(m[2], "s") {
	case "minute", "hour", "day":
		return nil
	}
	return fmt.Errorf("the unit of a rate is minutes, hours or days, not %q", m[2])
}

// SameExpression reports whether two expressions say the same: of a rate, the number and the unit count,
// and not how they are written.
func SameExpression(a, b string) bool { return canonicalExpression(a) == canonicalExpression(b) }

func canonicalExpression(expression string) string {
	rest, isRate := strings.CutPrefix(expression, "rate(")
	m := ratePattern.FindStringSubmatch(strings.TrimSuffix(rest, ")"))
	if !isRate || m == nil || checkRate(m[0]) != nil {
		return expression
	}
	return "rate(" + strings.TrimLeft(m[1], "0") + " " + strings.TrimSuffix(m[2], "s") + ")"
}

func checkAt(inner string) error {
	if _, err := time.Parse(atLayout, inner); err == nil {
		return nil
	}
	if t, err := time.Parse(time.RFC3339, inner); err == nil {
		return fmt.Errorf("the time in an at expression has no zone, which is that of time_zone: write at(%s)", t.Format(atLayout))
	}
	return fmt.Errorf("an at expression has a date and a time of day that exist, as in at(2030-12-31T23:59:00); %s", described("at("+inner+")"))
}

// Once reports whether an expression is of a single time.
func Once(expression string) bool { return strings.HasPrefix(expression, "at(") }

// described is a refused text as it may stand in a message.
func described(s string) string {
	if n := len([]rune(s)); n > 80 {
		return fmt.Sprintf("this one has %d characters", n) + arn.Hint(s)
	}
	return fmt.Sprintf("this one is %q", s) + arn.Hint(s)
}
