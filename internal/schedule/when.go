package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // the machine that plans may have none, or an older one
)

// DefaultTimeZone is Scheduler's.
const DefaultTimeZone = "UTC"

// CheckTimeZone checks the name of a time zone. Scheduler takes those
// of the IANA database.
func CheckTimeZone(name string) error {
	if name != "" && name != "Local" {
		if _, err := time.LoadLocation(name); err == nil {
			return nil
		}
	}
	return errors.New("a time zone is a name of the IANA time zone database, as in Europe/Berlin or America/New_York, or UTC; " + described(name))
}

// CheckInstant checks a point in time.
func CheckInstant(text string) error {
	if _, err := time.Parse(time.RFC3339, text); err == nil {
		return nil
	}
	return errors.New("a point in time has date, time of day and zone (RFC 3339), as in 2030-12-31T23:59:00Z or 2030-12-31T23:59:00+01:00; " + described(text))
}

// Instant is a point in time that [CheckInstant] takes, to the second, as Scheduler keeps it;
// "" is the zero time.
func Instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

// CheckPeriod checks start and end of a schedule with an expression. An error is about one of the two
// attributes. Those that are not known are "".
func CheckPeriod(expression, start, end string) (attribute string, err error) {
	if Once(expression) {
		const ignored = "%s goes with cron and rate expressions only: Scheduler ignores it with %s"
		switch {
		case start != "":
			return "start", fmt.Errorf(ignored, "start", expression)
		case end != "":
			return "end", fmt.Errorf(ignored, "end", expression)
		}
		return "", nil
	}
	if start != "" && end != "" && !Instant(start).Before(Instant(end)) {
		return "end", fmt.Errorf("end (%s) has to be later than start (%s)", end, start)
	}
	return "", nil
}

// Over reports whether a schedule has nothing more to run at the given time: a single time has
// passed, or the end of the period has. The flexible window and some minutes of Scheduler's
// own are waited for.
func (s Schedule) Over(now time.Time) bool {
	last := s.End
	if Once(s.Expression) {
		zone, err := time.LoadLocation(s.TimeZone)
		if err != nil {
			return false
		}
		inner := strings.TrimSuffix(strings.TrimPrefix(s.Expression, "at("), ")")
		if last, err = time.ParseInLocation(atLayout, inner, zone); err != nil {
			return false
		}
	}
	return !last.IsZero() && now.After(last.Add(time.Duration(s.FlexibleMinutes)*time.Minute))
}
