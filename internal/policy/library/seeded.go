package library

import "math"

// seeded is the generator of new Random(seed): Knuth's subtractive one, as .NET
// Framework has it, so that the numbers are .NET's.
type seeded struct {
	state   [56]int32
	at, and int
}

func newSeeded(seed int32) *seeded {
	const start = 161803398
	subtraction := int32(math.MaxInt32)
	if seed != math.MinInt32 {
		subtraction = max(seed, -seed)
	}
	s := &seeded{and: 21}
	next, last := int32(start)-subtraction, int32(1)
	s.state[55] = next
	for i := 1; i < 55; i++ {
		place := 21 * i % 55
		s.state[place] = last
		if last = next - last; last < 0 {
			last += math.MaxInt32
		}
		next = s.state[place]
	}
	for range 4 {
		for i := 1; i < 56; i++ {
			if s.state[i] -= s.state[1+(i+30)%55]; s.state[i] < 0 {
				s.state[i] += math.MaxInt32
			}
		}
	}
	return s
}

// sample is from 0 up to but not including int.MaxValue.
func (s *seeded) sample() int32 {
	s.at, s.and = s.at%55+1, s.and%55+1
	v := s.state[s.at] - s.state[s.and]
	if v == math.MaxInt32 {
		v--
	}
	if v < 0 {
		v += math.MaxInt32
	}
	s.state[s.at] = v
	return v
}

func (s *seeded) float() float64 { return float64(s.sample()) * (1.0 / math.MaxInt32) }

// wide is float for ranges beyond int.MaxValue, which takes two samples.
func (s *seeded) wide() float64 {
	v := s.sample()
	if s.sample()%2 == 0 {
		v = -v
	}
	return (float64(v) + (math.MaxInt32 - 1)) / (2*float64(math.MaxInt32) - 1)
}

func (s *seeded) between(least, most int32) int32 {
	span := int64(most) - int64(least)
	if span <= math.MaxInt32 {
		return int32(s.float()*float64(span)) + least
	}
	return int32(int64(s.wide()*float64(span)) + int64(least)) //nolint:gosec // within the bounds
}
