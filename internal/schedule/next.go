package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxNextRuns is how many runs [NextRuns] gives at most.
const MaxNextRuns = 1000

// NextRuns are the next times at which an expression runs in a time zone, after a point in time, in the zone. There are
// fewer than n where it runs no more often until 2199, the last year of a cron expression.
//
// A rate counts from the start of a schedule, which the point in time is taken for: its first run. A time that is
// left out when clocks go forward has no run, and one that comes twice when they go back has one.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
func NextRuns(expression, zone string, after time.Time, n int) ([]time.Time, error) {
	if err := CheckExpression(expression); err != nil {
		return nil, err
	}
	if err := CheckTimeZone(zone); err != nil {
		return nil, err
	}
	if n < 0 || n > MaxNextRuns {
		return nil, fmt.Errorf("the number of runs is 0 to %d, not %d", MaxNextRuns, n)
	}
	in, err := time.LoadLocation(zone)
	if err != nil {
		return nil, err
	}
	after = after.In(in)
	kind, inner, _ := strings.Cut(strings.TrimSuffix(expression, ")"), "(")
	switch kind {
	case "rate":
		return nextOfRate(inner, after, n), nil
	case "at":
		at, err := time.ParseInLocation(atLayout, inner, in)
		if err != nil || !at.After(after) || n == 0 || at.Format(atLayout) != inner {
			return nil, err
		}
		return []time.Time{at}, nil
	}
	return nextOfCron(inner, after, n), nil
}

func nextOfRate(inner string, start time.Time, n int) []time.Time {
	m := ratePattern.FindStringSubmatch(inner)
	value, _ := strconv.Atoi(m[1]) // checked, as the unit
	unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[strings.TrimSuffix(m[2], "s")]
	out := make([]time.Time, n)
	for i := range out {
		out[i] = start.Add(time.Duration(i) * time.Duration(value) * unit)
	}
	return out
}

// nextOfCron goes through the days: there are some 80,000 until the last year.
func nextOfCron(inner string, after time.Time, n int) []time.Time {
	texts := strings.Fields(inner)
	minutes, hours, months, years := cronFields[0].values(texts[0]), cronFields[1].values(texts[1]), cronFields[3].values(texts[3]), cronFields[5].values(texts[5])
	var out []time.Time
	year, month, first := after.Date()
	for len(out) < n && len(years) > 0 && year <= years[len(years)-1] {
		if slices.Contains(years, year) && slices.Contains(months, int(month)) {
			for _, day := range cronDays(texts[dayOfMonth], texts[dayOfWeek], year, month) {
				if day < first {
					continue
				}
				for _, hour := range hours {
					for _, minute := range minutes {
						at := time.Date(year, month, day, hour, minute, 0, 0, after.Location())
						if at.After(after) && at.Hour() == hour && at.Minute() == minute && len(out) < n {
							out = append(out, at)
						}
					}
				}
			}
		}
		first = 1
		if month++; month > time.December {
			year, month = year+1, time.January
		}
	}
	return out
}

// values are the numbers of a field, ascending; of day-of-month and day-of-week without what only they have.
func (f cronField) values(text string) []int {
	var out []int
	for item := range strings.SplitSeq(text, ",") {
		span, stepText, stepped := strings.Cut(item, "/")
		step := 1
		if stepped {
			step, _ = strconv.Atoi(stepText) // checked
		}
		from, to, ranged := strings.Cut(span, "-")
		first, last := f.low, f.high
		if span != "*" {
			value, err := f.value(from)
			if err != nil {
				continue // one of the special ones
			}
			first = value
			switch {
			case ranged:
				last, _ = f.value(to) // checked
			case !stepped:
				last = first
			}
		}
		if last < first { // round the end
			last += f.high - f.low + 1
		}
		for v := first; v <= last; v += step {
			out = append(out, f.low+(v-f.low)%(f.high-f.low+1))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// cronDays are the days of a month that the two fields name, of which one is ?; ascending.
func cronDays(dayText, weekdayText string, year int, month time.Month) []int {
	last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	weekdayOf := func(day int) int { // 1 is Sunday
		return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Weekday()) + 1
	}
	var out []int
	if weekdayText == "?" {
		days := cronFields[dayOfMonth].values(dayText)
		for item := range strings.SplitSeq(dayText, ",") {
			day, isWeekday := strings.CutSuffix(item, "W")
			switch {
			case item == "L":
				days = append(days, last)
			case item == "LW":
				days = append(days, nearestWeekday(last, last, weekdayOf))
			case isWeekday:
				if n, err := strconv.Atoi(day); err == nil && n <= last {
					days = append(days, nearestWeekday(n, last, weekdayOf))
				}
			}
		}
		for _, day := range days {
			if day <= last {
				out = append(out, day)
			}
		}
	} else {
		f := cronFields[dayOfWeek]
		weekdays := f.values(weekdayText)
		for item := range strings.SplitSeq(weekdayText, ",") {
			name, nth, counted := strings.Cut(item, "#")
			lastOne, isLast := strings.CutSuffix(item, "L")
			switch {
			case item == "L":
				weekdays = append(weekdays, f.high)
			case counted:
				weekday, _ := f.value(name) // checked
				n, _ := strconv.Atoi(nth)
				if day := 1 + (weekday-weekdayOf(1)+7)%7 + 7*(n-1); day <= last {
					out = append(out, day)
				}
			case isLast:
				if weekday, err := f.value(lastOne); err == nil {
					out = append(out, last-(weekdayOf(last)-weekday+7)%7)
				}
			}
		}
		for day := 1; day <= last; day++ {
			if slices.Contains(weekdays, weekdayOf(day)) {
				out = append(out, day)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// nearestWeekday is the Monday to Friday of the same month that is nearest to a day.
func nearestWeekday(day, last int, weekdayOf func(int) int) int {
	switch weekdayOf(day) {
	case 7: // Saturday
		if day == 1 {
			return day + 2
		}
		return day - 1
	case 1: // Sunday
		if day == last {
			return day - 2
		}
		return day + 1
	}
	return day
}
