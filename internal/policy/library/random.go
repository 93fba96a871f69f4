package library

import (
	"math"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// RandomValue is a System.Random. Without a seed it draws from the gateway's own
// randomness; with a seed its numbers are .NET's.
type RandomValue struct {
	self   *Type
	next   func() float64
	seeded *seeded
}

func (r *RandomValue) typeIn(*Library) *Type { return r.self }

func (e *Env) randomBytes(n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(e.Random.Float64() * 256)
	}
	return data
}

func declareRandom(l *Library) {
	c := l.class("System", "Random", "")
	c.make("()", func(call *Call, _ []any) (any, error) { return &RandomValue{c.self, call.Random.Float64, nil}, nil })
	c.make("(int Seed)", f1(func(seed int32) *RandomValue {
		s := newSeeded(seed)
		return &RandomValue{c.self, s.float, s}
	}))
	between := func(r *RandomValue, least, most int32) (int32, error) {
		if least > most {
			return 0, dotnet.ArgumentOutOfRange("'minValue' cannot be greater than maxValue.", "minValue")
		}
		if r.seeded != nil {
			return r.seeded.between(least, most), nil
		}
		return int32(math.Floor(r.next()*float64(int64(most)-int64(least))) + float64(least)), nil
	}
	c.method("int Next()", x1(func(r *RandomValue) (int32, error) {
		if r.seeded != nil {
			return r.seeded.sample(), nil
		}
		return between(r, 0, math.MaxInt32)
	}))
	c.method("int Next(int maxValue)", x2(func(r *RandomValue, most int32) (int32, error) {
		if most < 0 {
			return 0, dotnet.ArgumentOutOfRange("'maxValue' must be greater than zero.", "maxValue")
		}
		return between(r, 0, most)
	}))
	c.method("int Next(int minValue, int maxValue)", x3(between))
	c.method("double NextDouble()", f1(func(r *RandomValue) float64 { return r.next() }))
	c.method("void NextBytes(byte[] buffer)", func(_ *Call, a []any) (any, error) {
		r := a[0].(*RandomValue)
		for i := range a[1].(*Bytes).Data {
			if r.seeded != nil {
				a[1].(*Bytes).Data[i] = byte(r.seeded.sample()) //nolint:gosec // the low bits count
			} else {
				a[1].(*Bytes).Data[i] = byte(r.next() * 256)
			}
		}
		return nil, nil //nolint:nilnil // null is the value, or there is none
	})
	c.beyond("NextInt64", "NextSingle", "Shared")
	rng := l.class("System.Security.Cryptography", "RNGCryptoServiceProvider", "").from("IDisposable")
	rng.make("()", func(*Call, []any) (any, error) { return &RandomValue{self: rng.self}, nil })
	rng.method("void GetBytes(byte[] data)", func(call *Call, a []any) (any, error) {
		copy(a[1].(*Bytes).Data, call.randomBytes(len(a[1].(*Bytes).Data)))
		return nil, nil //nolint:nilnil // null is the value, or there is none
	})

	g := l.value("System", "Guid", "").from("IComparable", "IFormattable")
	g.make("(string g)", x1(dotnet.ParseGuid))
	g.fixed("Guid NewGuid()", func(call *Call, _ []any) (any, error) {
		var guid dotnet.Guid
		copy(guid[:], call.randomBytes(16))
		guid[6], guid[8] = guid[6]&0x0f|0x40, guid[8]&0x3f|0x80
		return guid, nil
	})
	g.fixed("Guid Empty", constant(dotnet.Guid{})).fixed("Guid Parse(string input)", x1(dotnet.ParseGuid))
	g.fixed("bool TryParse(string? input, out Guid result)", func(_ *Call, a []any) (any, error) {
		v, err := dotnet.ParseGuid(to[string](a[0]))
		a[1] = v
		return err == nil, nil
	})
	g.method("string ToString()", f1(dotnet.Guid.String)).method("string ToString(string? format)", x2(dotnet.Guid.Format))
	g.method("byte[] ToByteArray()", f1(bytesOfGuid))
	g.make("(byte[] b)", x1(guidOfBytes))
	g.method("bool Equals(Guid g)", f2(Equal)).method("int CompareTo(Guid value)", x2(compareValues))
}
