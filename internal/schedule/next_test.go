package schedule

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNextRuns(t *testing.T) {
	const from = "2026-12-01T10:00:00Z" // a Tuesday
	for _, c := range []struct {
		expression, zone, from string
		want                   string // day and minute in the zone
	}{
		{"rate(5 minutes)", "UTC", from, "12-01 10:00, 12-01 10:05, 12-01 10:10"},
		{"rate(1 day)", "Europe/Berlin", from, "12-01 11:00, 12-02 11:00, 12-03 11:00"},
		{"at(2026-12-24T18:00:00)", "Europe/Berlin", from, "12-24 18:00"},
		{"at(2026-11-30T18:00:00)", "UTC", from, ""},
		{"cron(0 3 * * ? *)", "UTC", from, "12-02 03:00, 12-03 03:00, 12-04 03:00"},
		{"cron(0 10 * * ? *)", "UTC", from, "12-02 10:00, 12-03 10:00, 12-04 10:00"},
		{"cron(30 10 * * ? *)", "UTC", from, "12-01 10:30, 12-02 10:30, 12-03 10:30"},
		{"cron(0 3 * * ? *)", "America/New_York", from, "12-02 03:00, 12-03 03:00, 12-04 03:00"},
		{"cron(0/20 11 * * ? *)", "UTC", from, "12-01 11:00, 12-01 11:20, 12-01 11:40"},
		{"cron(0 22-1 * * ? *)", "UTC", from, "12-01 22:00, 12-01 23:00, 12-02 00:00"},
		{"cron(0 9 ? * MON-FRI *)", "UTC", "2026-12-04T10:00:00Z", "12-07 09:00, 12-08 09:00, 12-09 09:00"},
		{"cron(0 9 ? * FRI-MON *)", "UTC", from, "12-04 09:00, 12-05 09:00, 12-06 09:00"},
		{"cron(0 9 ? * 2 *)", "UTC", from, "12-07 09:00, 12-14 09:00, 12-21 09:00"},
		{"cron(0 9 ? * L *)", "UTC", from, "12-05 09:00, 12-12 09:00, 12-19 09:00"},
		{"cron(0 9 ? * 6L *)", "UTC", from, "12-25 09:00, 01-29 09:00, 02-26 09:00"},
		{"cron(0 9 ? * 6#3 *)", "UTC", from, "12-18 09:00, 01-15 09:00, 02-19 09:00"},
		{"cron(0 9 ? * TUE#5 *)", "UTC", from, "12-29 09:00, 03-30 09:00, 06-29 09:00"},
		{"cron(0 9 L * ? *)", "UTC", from, "12-31 09:00, 01-31 09:00, 02-28 09:00"},
		{"cron(0 9 LW * ? *)", "UTC", from, "12-31 09:00, 01-29 09:00, 02-26 09:00"},
		{"cron(0 9 1W * ? *)", "UTC", "2027-04-30T00:00:00Z", "05-03 09:00, 06-01 09:00, 07-01 09:00"},
		{"cron(0 9 31W * ? *)", "UTC", "2027-01-01T00:00:00Z", "01-29 09:00, 03-31 09:00, 05-31 09:00"},
		{"cron(0 9 31 * ? *)", "UTC", from, "12-31 09:00, 01-31 09:00, 03-31 09:00"},
		{"cron(0 9 29 FEB ? *)", "UTC", from, "02-29 09:00, 02-29 09:00, 02-29 09:00"},
		{"cron(0 9 30 2 ? *)", "UTC", from, ""},
		{"cron(0 9 1,15 * ? 2027)", "UTC", "2027-11-30T10:00:00Z", "12-01 09:00, 12-15 09:00"},
		{"cron(0 9 * * ? 2020-2025)", "UTC", from, ""},
		// Clocks go forward on 2027-03-28 at 2, and back on 2027-10-31 at 3.
		{"cron(30 2 * * ? *)", "Europe/Berlin", "2027-03-27T12:00:00Z", "03-29 02:30, 03-30 02:30, 03-31 02:30"},
		{"cron(30 2 * * ? *)", "Europe/Berlin", "2027-10-30T12:00:00Z", "10-31 02:30, 11-01 02:30, 11-02 02:30"},
		{"at(2027-03-28T02:30:00)", "Europe/Berlin", from, ""},
	} {
		start, err := time.Parse(time.RFC3339, c.from)
		if err != nil {
			t.Fatal(err)
		}
		runs, err := NextRuns(c.expression, c.zone, start, 3)
		var words []string
		for _, run := range runs {
			words = append(words, run.Format("01-02 15:04"))
		}
		if got := strings.Join(words, ", "); got != c.want || err != nil {
			t.Errorf("%s in %s runs at %s, %v; want %s", c.expression, c.zone, got, err, c.want)
		}
		if !slices.IsSortedFunc(runs, time.Time.Compare) {
			t.Errorf("%s: %v is in no order", c.expression, runs)
		}
	}
}

func TestNextRuns_refused(t *testing.T) {
	for _, c := range []struct {
		expression, zone string
		n                int
		says             string
	}{
		{"0 3 * * *", "UTC", 1, "crontab"},
		{"cron(0 3 * * ? *)", "Berlin", 1, "IANA"},
		{"cron(0 3 * * ? *)", "UTC", -1, "0 to 1000"},
		{"cron(0 3 * * ? *)", "UTC", 1001, "0 to 1000"},
	} {
		if _, err := NextRuns(c.expression, c.zone, time.Unix(0, 0), c.n); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s in %s, %d times: %v", c.expression, c.zone, c.n, err)
		}
	}
}

// Whatever passes the check has runs that are in order, later than the start, and no more than asked for.
func FuzzNextRuns(f *testing.F) {
	for _, expression := range []string{"cron(0 3 * * ? *)", "cron(*/7 20-2 ? JAN-MAR 6#3 *)", "cron(0 0 LW 2 ? 2199)", "cron(1,5/9 * 31W 1/2 ? *)", "rate(7 hours)", "at(2030-01-01T00:00:00)"} {
		f.Add(expression, int64(1796119200))
	}
	f.Fuzz(func(t *testing.T, expression string, from int64) {
		start := time.Unix(from%4102444800, 0)
		runs, err := NextRuns(expression, "Europe/Berlin", start, 5)
		if (err == nil) != (CheckExpression(expression) == nil) || len(runs) > 5 || !slices.IsSortedFunc(runs, time.Time.Compare) {
			t.Fatalf("%q runs at %v: %v", expression, runs, err)
		}
		for _, run := range runs {
			if run.Before(start) {
				t.Errorf("%q runs at %s, before %s", expression, run, start)
			}
		}
	})
}
