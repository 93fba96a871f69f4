package library

import (
	"strings"
	"time"
	_ "time/tzdata" // zones are the same wherever policies run

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// zone is a TimeZoneInfo.
type zone struct {
	self *Type
	id   string
	at   *time.Location
}

func (z *zone) typeIn(*Library) *Type { return z.self }

// isUTC reports whether times of the zone are of the kind Utc.
func (z *zone) isUTC() bool { return z.at == time.UTC }

// offsetAt is how far the zone is ahead of UTC at a time of UTC, and whether summer time holds.
func (z *zone) offsetAt(utc int64) (offset int64, summer bool) {
	at := dotnet.DateTime{Ticks: utc, Kind: dotnet.UTC}.Time().In(z.at)
	_, seconds := at.Zone()
	return int64(seconds) * dotnet.TicksPerSecond, at.IsDST()
}

// wall is what a time on the zone's clocks can mean.
type wall struct {
	offset             int64
	summer             bool
	invalid, ambiguous bool
}

// read finds the offsets under which the clocks show a time. Of two the one without summer time
// counts.
func (z *zone) read(ticks int64) wall {
	var found []wall
	for _, around := range []int64{-dotnet.TicksPerDay, dotnet.TicksPerDay} {
		offset, _ := z.offsetAt(ticks + around)
		at, summer := z.offsetAt(ticks - offset)
		if at == offset && (len(found) == 0 || found[0].offset != offset) {
			found = append(found, wall{offset: offset, summer: summer})
		}
	}
	switch len(found) {
	case 0:
		offset, _ := z.offsetAt(ticks - dotnet.TicksPerDay)
		return wall{offset: offset, invalid: true}
	case 1:
		return found[0]
	}
	chosen := found[0]
	if found[1].offset < found[0].offset {
		chosen = found[1]
	}
	chosen.ambiguous = true
	return chosen
}

// standard is the offset without summer time around a time.
func (z *zone) standard(now int64) int64 {
	best, _ := z.offsetAt(now)
	for month := range int64(12) {
		if offset, summer := z.offsetAt(now + month*30*dotnet.TicksPerDay); !summer {
			best = min(best, offset)
		}
	}
	return best
}

// kindError is what .NET says where a time's kind and its zone do not go together.
func kindError() error {
	return dotnet.Argument("The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly.  "+
		"For example, when the Kind property is DateTimeKind.Local, the source time zone must be TimeZoneInfo.Local.", "sourceTimeZone")
}

// convert turns a time of one zone into that of another. The machine's own zone is UTC.
func convert(when dateTime, from, into *zone) (dateTime, error) {
	if when.Kind != dotnet.Unspecified && !from.isUTC() {
		return dateTime{}, kindError()
	}
	utc := when.Ticks
	if !from.isUTC() {
		read := from.read(when.Ticks)
		if read.invalid {
			return dateTime{}, dotnet.Argument("The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any time in the period that is skipped is invalid.", "dateTime")
		}
		utc -= read.offset
	}
	made := dateTime{Ticks: utc, Kind: dotnet.UTC}
	if !into.isUTC() {
		offset, _ := into.offsetAt(utc)
		made = dateTime{Ticks: utc + offset, Kind: dotnet.Unspecified}
	}
	made.Ticks = min(max(made.Ticks, dotnet.MinTicks), dotnet.MaxTicks)
	return made, nil
}

// convertOffset shows a point in time by the clocks of a zone.
func convertOffset(when offset, into *zone) offset {
	utc := when.Clock - int64(when.Offset)
	ahead, _ := into.offsetAt(utc)
	return offset{Clock: utc + ahead, Offset: span(ahead)}
}

// findZone finds a zone by its id of Windows or of IANA.
func (l *Library) findZone(id string) (*zone, error) {
	missing := dotnet.Throw("System.TimeZoneNotFoundException", "The time zone ID '"+id+"' was not found on the local computer.")
	self := l.named("TimeZoneInfo")
	if strings.EqualFold(id, "UTC") || strings.EqualFold(id, "Etc/UTC") {
		return &zone{self, id, time.UTC}, nil
	}
	name := id
	for windows, iana := range windowsZones {
		if strings.EqualFold(windows, id) { // Windows looks its registry up, which has no case
			id, name = windows, iana
		}
	}
	if name == "" || name == "Local" {
		return nil, missing
	}
	at, err := time.LoadLocation(name)
	if err != nil {
		return nil, missing
	}
	return &zone{self, id, at}, nil
}

// declareZones declares TimeZoneInfo. Its names for people, and the rules themselves, are those of
// Windows, which are not known here.
func declareZones(l *Library) {
	c := l.class("System", "TimeZoneInfo", "")
	utc := func() *zone { return &zone{l.named("TimeZoneInfo"), "UTC", time.UTC} }
	for _, name := range []string{"Utc", "Local"} {
		c.fixed("TimeZoneInfo "+name, func(*Call, []any) (any, error) { return utc(), nil })
	}
	c.fixed("TimeZoneInfo FindSystemTimeZoneById(string id)", func(_ *Call, a []any) (any, error) { return either(l.findZone(to[string](a[0]))) })
	c.fixed("DateTime ConvertTimeFromUtc(DateTime dateTime, TimeZoneInfo destinationTimeZone)", x2(func(when dateTime, into *zone) (dateTime, error) {
		if when.Kind == dotnet.Local {
			return dateTime{}, kindError()
		}
		return convert(dateTime{Ticks: when.Ticks, Kind: dotnet.UTC}, utc(), into)
	}))
	c.fixed("DateTime ConvertTimeToUtc(DateTime dateTime)", x1(func(when dateTime) (dateTime, error) { return convert(when, utc(), utc()) }))
	c.fixed("DateTime ConvertTimeToUtc(DateTime dateTime, TimeZoneInfo sourceTimeZone)", x2(func(when dateTime, from *zone) (dateTime, error) { return convert(when, from, utc()) }))
	c.fixed("DateTime ConvertTime(DateTime dateTime, TimeZoneInfo destinationTimeZone)", x2(func(when dateTime, into *zone) (dateTime, error) { return convert(when, utc(), into) }))
	c.fixed("DateTime ConvertTime(DateTime dateTime, TimeZoneInfo sourceTimeZone, TimeZoneInfo destinationTimeZone)", x3(convert))
	c.fixed("DateTimeOffset ConvertTime(DateTimeOffset dateTimeOffset, TimeZoneInfo destinationTimeZone)", f2(convertOffset))
	c.fixed("DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string destinationTimeZoneId)", x2(func(when dateTime, id string) (dateTime, error) {
		into, err := l.findZone(id)
		if err != nil {
			return dateTime{}, err
		}
		return convert(when, utc(), into)
	}))
	c.fixed("DateTime ConvertTimeBySystemTimeZoneId(DateTime dateTime, string sourceTimeZoneId, string destinationTimeZoneId)", x3(func(when dateTime, source, destination string) (dateTime, error) {
		from, err := l.findZone(source)
		if err != nil {
			return dateTime{}, err
		}
		into, err := l.findZone(destination)
		if err != nil {
			return dateTime{}, err
		}
		return convert(when, from, into)
	}))
	c.fixed("DateTimeOffset ConvertTimeBySystemTimeZoneId(DateTimeOffset dateTimeOffset, string destinationTimeZoneId)", x2(func(when offset, id string) (offset, error) {
		into, err := l.findZone(id)
		if err != nil {
			return offset{}, err
		}
		return convertOffset(when, into), nil
	}))
	declareZone(c)
}

// declareZone declares what a zone tells of itself.
func declareZone(c *class) {
	c.property("string Id", f1(func(z *zone) string { return z.id }))
	c.property("TimeSpan BaseUtcOffset", func(call *Call, a []any) (any, error) { return span(a[0].(*zone).standard(call.now().Ticks)), nil })
	c.method("TimeSpan GetUtcOffset(DateTime dateTime)", f2(func(z *zone, when dateTime) span { return span(z.meant(when).offset) }))
	c.method("TimeSpan GetUtcOffset(DateTimeOffset dateTimeOffset)", f2(func(z *zone, when offset) span { return convertOffset(when, z).Offset }))
	c.method("bool IsDaylightSavingTime(DateTime dateTime)", f2(func(z *zone, when dateTime) bool { return z.meant(when).summer }))
	c.method("bool IsInvalidTime(DateTime dateTime)", f2(func(z *zone, when dateTime) bool {
		return when.Kind == dotnet.Unspecified && z.read(when.Ticks).invalid
	}))
	c.method("bool IsAmbiguousTime(DateTime dateTime)", f2(func(z *zone, when dateTime) bool { return z.meant(when).ambiguous }))
	c.method("bool Equals(TimeZoneInfo other)", f2(func(z, other *zone) bool { return strings.EqualFold(z.id, other.id) }))
	c.beyond("DisplayName", "StandardName", "DaylightName", "SupportsDaylightSavingTime", "GetSystemTimeZones", "GetAdjustmentRules", "GetAmbiguousTimeOffsets", "HasSameRules", "CreateCustomTimeZone",
		"ToSerializedString", "FromSerializedString", "ClearCachedData")
}

// meant is what a time says on the zone's clocks: one of UTC is converted first.
func (z *zone) meant(when dateTime) wall {
	if when.Kind == dotnet.Unspecified {
		return z.read(when.Ticks)
	}
	ahead, summer := z.offsetAt(when.Ticks)
	read := z.read(when.Ticks + ahead)
	return wall{offset: ahead, summer: summer, ambiguous: read.ambiguous}
}
