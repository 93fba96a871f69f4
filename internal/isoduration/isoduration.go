// Package isoduration reads the ISO 8601 durations of Resource Manager's JSON.
package isoduration

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	form  = regexp.MustCompile(`^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d*)?|\.\d*)S)?)?$`)
	units = []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second}
)

// Parse gives what .NET's XmlConvert.ToTimeSpan gives, down to 100 nanoseconds. It refuses
// what .NET takes and what is a slip in a resource: years and months (P1M is 30 days, PT1M a
// minute), a sign, and spaces around; and what a time.Duration cannot hold.
func Parse(text string) (time.Duration, error) {
	parts := form.FindStringSubmatch(text)
	if parts == nil || strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T") {
		return 0, fmt.Errorf("%q is not an ISO 8601 duration such as PT1M", text)
	}
	var sum time.Duration
	for i, unit := range units {
		whole, fraction, _ := strings.Cut(parts[i+1], ".")
		n, err := number(whole)
		sum += ticks(fraction)
		if err != nil || time.Duration(n) > (math.MaxInt64-sum)/unit {
			return 0, fmt.Errorf("%q is too long a duration: %q", text, parts[i+1])
		}
		sum += time.Duration(n) * unit
	}
	return sum, nil
}

// number is an integer of 32 bits, as .NET takes each part for one.
func number(digits string) (int64, error) {
	if digits == "" {
		return 0, nil
	}
	return strconv.ParseInt(digits, 10, 32)
}

// ticks are the first seven digits after the point, in .NET's ticks of 100 nanoseconds.
func ticks(fraction string) time.Duration {
	n, _ := strconv.ParseInt((fraction + "0000000")[:7], 10, 64)
	return time.Duration(n) * 100
}
