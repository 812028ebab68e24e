package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// cronField is one of the six fields of a cron expression.
type cronField struct {
	name      string
	low, high int
	// names stand for numbers, the first for the lowest.
	names []string
	// linear reports whether the last value is not followed by the first.
	linear bool
	// any reports whether the field can be ?, one of the two of which one has to be.
	any bool
	// special reads what only this field has.
	special func(f cronField, item string) (read bool, err error)
}

// cronFields are the fields in their order.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
var cronFields = []cronField{
	{name: "minutes", low: 0, high: 59},
	{name: "hours", low: 0, high: 23},
	{name: "day-of-month", low: 1, high: 31, any: true, special: specialDayOfMonth},
	{
		name: "month", low: 1, high: 12,
		names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"},
	},
	{
		name: "day-of-week", low: 1, high: 7, any: true, special: specialDayOfWeek,
		names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"},
	},
	{name: "year", low: 1970, high: 2199, linear: true},
}

const (
	dayOfMonth = 2
	dayOfWeek  = 4
)

func checkCron(inner string) error {
	texts := strings.Fields(inner)
	if len(texts) != len(cronFields) {
		wrong := fmt.Sprintf("a cron expression has six fields (minutes hours day-of-month month day-of-week year), and this one has %d", len(texts))
		if len(texts) == 5 {
			wrong += ": write " + fromCrontab(inner)
		}
		return errors.New(wrong)
	}
	for i, f := range cronFields {
		if err := f.check(texts[i]); err != nil {
			return err
		}
	}
	switch anyDay, anyWeekday := texts[dayOfMonth] == "?", texts[dayOfWeek] == "?"; {
	case anyDay && anyWeekday:
		return errors.New("day-of-month and day-of-week of a cron expression are both ?; only one of them may be: write * for every day")
	case !anyDay && !anyWeekday:
		return fmt.Errorf("day-of-month of a cron expression is %q and day-of-week %q; one of the two has to be ?, which leaves the day to the other", texts[dayOfMonth], texts[dayOfWeek])
	}
	return nil
}

// check checks the text of a field.
func (f cronField) check(text string) error {
	if text == "?" && f.any {
		return nil
	}
	for item := range strings.SplitSeq(text, ",") {
		var read bool
		var err error
		if f.special != nil {
			read, err = f.special(f, item)
		}
		if !read {
			err = f.checkItem(item)
		}
		if err == nil && strings.Contains(item, "#") && item != text {
			err = errors.New("with # there can be only one day")
		}
		if err != nil {
			return fmt.Errorf("field %s of a cron expression: %w", f.name, err)
		}
	}
	return nil
}

// checkItem reads VALUE, FROM-TO or *, each with /STEP or without.
func (f cronField) checkItem(item string) error {
	values, step, stepped := strings.Cut(item, "/")
	if stepped {
		n, err := strconv.Atoi(step)
		if err != nil || n < 1 || n > f.high {
			return fmt.Errorf("the step after / is a whole number from 1 to %d; %s", f.high, described(step))
		}
	}
	if values == "*" {
		return nil
	}
	from, to, ranged := strings.Cut(values, "-")
	first, err := f.value(from)
	if err != nil || !ranged {
		return err
	}
	last, err := f.value(to)
	if err == nil && f.linear && first > last {
		// All others go round: 20-2 in hours is an example of AWS's.
		return fmt.Errorf("the range %s-%s ends before it begins", from, to)
	}
	return err
}

func (f cronField) value(text string) (int, error) {
	for i, name := range f.names {
		if strings.EqualFold(text, name) {
			return f.low + i, nil
		}
	}
	n, err := strconv.Atoi(text)
	if err == nil && n >= f.low && n <= f.high && text[0] != '+' {
		return n, nil
	}
	allowed := fmt.Sprintf("%d to %d", f.low, f.high)
	if f.names != nil {
		allowed += fmt.Sprintf(" or %s to %s", f.names[0], f.names[len(f.names)-1])
	}
	hint := ""
	if f.names != nil && f.low == 1 && f.high == 7 && text == "0" {
		hint = ": Sunday is 1"
	}
	return 0, fmt.Errorf("allowed are %s; %s%s", allowed, described(text), hint)
}

// specialDayOfMonth reads L, the last day; LW, the last weekday; and 15W, the weekday nearest
// to a day.
func specialDayOfMonth(f cronField, item string) (read bool, err error) {
	if item == "L" || item == "LW" {
		return true, nil
	}
	day, is := strings.CutSuffix(item, "W")
	if !is {
		return false, nil
	}
	_, err = f.value(day)
	return true, err
}

// specialDayOfWeek reads L, the last day of the week; 6L, the last Friday of the month; and
// 6#3, its third Friday.
func specialDayOfWeek(f cronField, item string) (read bool, err error) {
	if item == "L" {
		return true, nil
	}
	if day, nth, is := strings.Cut(item, "#"); is {
		if _, err = f.value(day); err == nil && (len(nth) != 1 || nth < "1" || nth > "5") {
			err = fmt.Errorf("after # stands which of the month's it is, 1 to 5; %s", described(nth))
		}
		return true, err
	}
	if day, is := strings.CutSuffix(item, "L"); is {
		_, err = f.value(day)
		return true, err
	}
	return false, nil
}

// fromCrontab writes five fields of a crontab as Scheduler takes them, as well as it can
// without knowing what was meant: a crontab numbers the days of the week from 0.
func fromCrontab(crontab string) string {
	texts := strings.Fields(crontab)
	day, weekday := texts[2], texts[4]
	switch {
	case weekday == "*":
		weekday = "?"
	case day == "*":
		day = "?"
	}
	weekdays := strings.Split(weekday, "-")
	for i, w := range weekdays {
		if n, err := strconv.Atoi(w); err == nil && n >= 0 && n <= 7 {
			weekdays[i] = cronFields[dayOfWeek].names[n%7]
		}
	}
	return fmt.Sprintf("cron(%s %s %s %s %s *)", texts[0], texts[1], day, texts[3], strings.Join(weekdays, "-"))
}
