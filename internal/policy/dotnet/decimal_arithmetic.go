package dotnet

import "math/big"

// Neg returns -d.
func (d Decimal) Neg() Decimal {
	d.negative = !d.negative && !d.IsZero()
	return d
}

// Abs returns d without its sign.
func (d Decimal) Abs() Decimal {
	d.negative = false
	return d
}

// Add returns d + other with the larger of the two scales. The error is an
// OverflowException.
func (d Decimal) Add(other Decimal) (Decimal, error) {
	scale := max(d.scale, other.scale)
	sum := d.signed(scale)
	sum.Add(sum, other.signed(scale))
	return fitDecimal(new(big.Int).Abs(sum), int(scale), sum.Sign() < 0)
}

// Sub returns d - other. See Add.
func (d Decimal) Sub(other Decimal) (Decimal, error) { return d.Add(other.Neg()) }

// Mul returns d * other with the sum of the two scales, rounded half to even
// where that is too long. The error is an OverflowException.
func (d Decimal) Mul(other Decimal) (Decimal, error) {
	product := d.coefficient()
	product.Mul(product, other.coefficient())
	return fitDecimal(product, int(d.scale)+int(other.scale), d.negative != other.negative)
}

// Div returns d / other to at most 28 decimals, rounded half to even. A quotient
// that comes out even keeps the difference of the scales: 1.00 / 2 is 0.50. Any
// other loses its trailing zeros: 1.0 / 8 is 0.125. The error is a
// DivideByZeroException or an OverflowException.
func (d Decimal) Div(other Decimal) (Decimal, error) {
	if other.IsZero() {
		return Decimal{}, DivideByZero()
	}
	negative := d.negative != other.negative
	scale := int(d.scale) - int(other.scale)
	dividend, divisor := d.coefficient(), other.coefficient()
	quotient, remainder := new(big.Int).QuoRem(dividend, divisor, new(big.Int))
	if remainder.Sign() == 0 {
		if scale < 0 {
			quotient.Mul(quotient, powerOfTen(-scale))
			scale = 0
		}
		return fitDecimal(quotient, scale, negative)
	}
	dividend.Mul(dividend, powerOfTen(maxDecimalScale-scale))
	for drop := 0; drop <= maxDecimalScale; drop++ {
		quotient = divideHalfEven(dividend, new(big.Int).Mul(divisor, powerOfTen(drop)))
		if quotient.BitLen() <= maxDecimalBits {
			return trimZeros(rawDecimal(quotient, clampScale(maxDecimalScale-drop), negative)), nil
		}
	}
	return Decimal{}, decimalOverflow()
}

// Rem returns the remainder of d / other with the sign of d. The error is a
// DivideByZeroException.
func (d Decimal) Rem(other Decimal) (Decimal, error) {
	if other.IsZero() {
		return Decimal{}, DivideByZero()
	}
	if d.Abs().Cmp(other.Abs()) < 0 {
		return d, nil
	}
	scale := max(d.scale, other.scale)
	remainder := d.signed(scale)
	remainder.Rem(remainder, other.signed(scale))
	return fitDecimal(new(big.Int).Abs(remainder), int(scale), d.negative)
}

// Round rounds to a count of decimals from 0 to 28: half to even, or half away
// from zero. The error is an ArgumentOutOfRangeException for any other count.
func (d Decimal) Round(decimals int, awayFromZero bool) (Decimal, error) {
	if decimals < 0 || decimals > maxDecimalScale {
		return Decimal{}, ArgumentOutOfRange("Decimal can only round to between 0 and 28 digits of precision.", "decimals")
	}
	drop := int(d.scale) - decimals
	if drop <= 0 {
		return d, nil
	}
	power := powerOfTen(drop)
	if !awayFromZero {
		return rawDecimal(divideHalfEven(d.coefficient(), power), clampScale(decimals), d.negative), nil
	}
	rounded := d.coefficient()
	rounded.Add(rounded, new(big.Int).Rsh(power, 1)).Quo(rounded, power)
	return rawDecimal(rounded, clampScale(decimals), d.negative), nil
}

// Truncate drops the decimals.
func (d Decimal) Truncate() Decimal {
	whole := d.coefficient()
	return rawDecimal(whole.Quo(whole, powerOfTen(int(d.scale))), 0, d.negative)
}

// Floor returns the largest whole number that is not above d.
func (d Decimal) Floor() Decimal {
	whole := d.Truncate()
	if !d.negative || whole.Cmp(d) == 0 {
		return whole
	}
	return rawDecimal(new(big.Int).Add(whole.coefficient(), big.NewInt(1)), 0, true)
}

// Ceiling returns the smallest whole number that is not below d.
func (d Decimal) Ceiling() Decimal { return d.Neg().Floor().Neg() }

// trimZeros drops the trailing decimals that are zero.
func trimZeros(d Decimal) Decimal {
	whole, ten := d.coefficient(), big.NewInt(10)
	scale := d.scale
	for scale > 0 {
		shorter, last := new(big.Int).QuoRem(whole, ten, new(big.Int))
		if last.Sign() != 0 {
			break
		}
		whole = shorter
		scale--
	}
	return rawDecimal(whole, scale, d.negative)
}

// divideHalfEven divides two magnitudes and rounds half to even.
func divideHalfEven(dividend, divisor *big.Int) *big.Int {
	quotient, remainder := new(big.Int).QuoRem(dividend, divisor, new(big.Int))
	twice := remainder.Lsh(remainder, 1).Cmp(divisor)
	if twice > 0 || twice == 0 && quotient.Bit(0) == 1 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return quotient
}

// powerOfTen returns ten to the power of n; n below 0 counts as 0.
func powerOfTen(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, 0))), nil)
}
