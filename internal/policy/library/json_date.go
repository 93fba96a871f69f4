package library

import (
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// JSONDate tells whether a text is a date in the forms in which Newtonsoft.Json
// looks for dates.
func JSONDate(s string) (dotnet.DateTime, bool) { return jsonDate(s) }

// jsonDate makes a date of text in the forms in which Newtonsoft.Json looks for
// dates: ISO 8601 with a time, and /Date(milliseconds)/.
func jsonDate(s string) (dotnet.DateTime, bool) {
	if strings.HasPrefix(s, "/Date(") && strings.HasSuffix(s, ")/") {
		return microsoftDate(s[len("/Date(") : len(s)-len(")/")])
	}
	p, ok := parseISO(s)
	if !ok {
		return dotnet.DateTime{}, false
	}
	d := dotnet.DateTime{Ticks: p.ticks}
	switch {
	case p.utc:
		d.Kind = dotnet.UTC
	case p.hasOffset:
		// The local zone is UTC.
		d.Kind = dotnet.Local
		d.Ticks = max(dotnet.MinTicks, min(dotnet.MaxTicks, d.Ticks-p.offset))
	}
	return d, true
}

// isoDate is the same as a DateTimeOffset.
func isoDate(s string) (dotnet.DateTimeOffset, bool) {
	p, ok := parseISO(s)
	if !ok {
		return dotnet.DateTimeOffset{}, false
	}
	d, err := dotnet.NewDateTimeOffset(dotnet.DateTime{Ticks: p.ticks}, dotnet.TimeSpan(p.offset))
	return d, err == nil
}

func microsoftDate(inner string) (dotnet.DateTime, bool) {
	kind, digits := dotnet.UTC, inner
	if at := strings.LastIndexAny(inner, "+-"); at > 0 {
		kind, digits = dotnet.Local, inner[:at]
	}
	ms, err := strconv.ParseInt(digits, 10, 64)
	const most = dotnet.MaxTicks / dotnet.TicksPerMillisecond
	if err != nil || ms > most || ms < -most {
		return dotnet.DateTime{}, false
	}
	return dotnet.DateTime{Ticks: dotnet.UnixEpochTicks + ms*dotnet.TicksPerMillisecond, Kind: kind}, true
}

// isoParts is a date as it was written: ticks of its own clock, offset in ticks.
type isoParts struct {
	ticks, offset  int64
	utc, hasOffset bool
}

// longestFraction is how many digits of a second Newtonsoft.Json reads.
const longestFraction = 7

// parseISO reads 2026-01-02T03:04:05.1234567+01:00 and its shorter forms.
func parseISO(s string) (p isoParts, ok bool) {
	if len(s) < len("2000-01-01T00:00:00") || len(s) > 40 || s[10] != 'T' {
		return p, false
	}
	if s[4] != '-' || s[7] != '-' || s[13] != ':' || s[16] != ':' {
		return p, false
	}
	var fields [6]int
	for i, span := range [...][2]int{{0, 4}, {5, 7}, {8, 10}, {11, 13}, {14, 16}, {17, 19}} {
		if fields[i], ok = digits(s[span[0]:span[1]]); !ok {
			return p, false
		}
	}
	hour, minute, second := fields[3], fields[4], fields[5]
	isMidnight := hour == 24 && minute == 0 && second == 0
	if minute > 59 || second > 59 || hour > 23 && !isMidnight {
		return p, false
	}
	day, err := dotnet.NewDateTime(fields[0], fields[1], fields[2], 0, 0, 0, 0, dotnet.Unspecified)
	if err != nil {
		return p, false
	}
	p.ticks = day.Ticks + int64(hour)*dotnet.TicksPerHour + int64(minute)*dotnet.TicksPerMinute + int64(second)*dotnet.TicksPerSecond
	rest := s[19:]
	if fraction, found := strings.CutPrefix(rest, "."); found {
		n := 0
		for n < len(fraction) && n < longestFraction && fraction[n] >= '0' && fraction[n] <= '9' {
			n++
		}
		value, _ := digits((fraction[:n] + "0000000")[:longestFraction])
		if n == 0 || isMidnight && value != 0 {
			return p, false
		}
		p.ticks += int64(value)
		rest = fraction[n:]
	}
	if p.ticks > dotnet.MaxTicks {
		return p, false
	}
	return p, p.zone(rest)
}

// zone reads Z, +01, +0100 or +01:00, and nothing else.
func (p *isoParts) zone(s string) bool {
	switch {
	case s == "":
		return true
	case s == "Z" || s == "z":
		p.utc = true
		return true
	case s[0] != '+' && s[0] != '-' || len(s) < len("+01"):
		return false
	}
	hours, ok := digits(s[1:3])
	rest := strings.TrimPrefix(s[3:], ":")
	minutes := 0
	if rest != "" && ok {
		minutes, ok = digits(rest)
		ok = ok && len(rest) == 2
	}
	p.hasOffset = true
	p.offset = int64(hours)*dotnet.TicksPerHour + int64(minutes)*dotnet.TicksPerMinute
	if s[0] == '-' {
		p.offset = -p.offset
	}
	return ok
}

// digits is a number of nothing but digits.
func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}
