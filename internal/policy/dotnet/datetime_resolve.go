package dotnet

// resolveDate tells which number is the year, the month and the day. Both known
// cultures write the month before the day. It reports false when the numbers
// make no date.
func (r *dateReader) resolveDate() bool {
	if r.fields.month != absent {
		return r.resolveNamedMonth()
	}
	n := r.numbers
	switch len(n) {
	case 0:
		return true
	case 2:
		return r.resolvePair(n[0], n[1])
	case 3:
		if n[1].isYear || n[0].isYear && n[2].isYear {
			return false
		}
		if n[0].isYear {
			return r.setDate(n[0], n[1].value, n[2].value)
		}
		return r.setDate(n[2], n[0].value, n[1].value)
	}
	return false
}

// resolvePair reads "2009-06", "06/2009", or "06/15" of the current year.
func (r *dateReader) resolvePair(first, second dateNumber) bool {
	switch {
	case first.isYear && second.isYear:
		return false
	case first.isYear:
		return r.setDate(first, second.value, 1)
	case second.isYear:
		return r.setDate(second, first.value, 1)
	}
	r.fields.month, r.fields.day = first.value, second.value
	return true
}

// resolveNamedMonth reads the numbers around the name of a month.
func (r *dateReader) resolveNamedMonth() bool {
	n := r.numbers
	month := r.fields.month
	switch len(n) {
	case 1:
		// The cultures write the year before the name of the month.
		if n[0].isYear || r.beforeMonth == 1 {
			return r.setDate(n[0], month, 1)
		}
		r.fields.day = n[0].value
		return true
	case 2:
		switch {
		case n[0].isYear && n[1].isYear:
			return false
		case n[0].isYear:
			return r.setDate(n[0], month, n[1].value)
		case n[1].isYear, n[0].value >= 1 && n[0].value <= daysInMonth(n[1].year(), month):
			return r.setDate(n[1], month, n[0].value)
		}
		// The first number is no day, so it is the year.
		return r.setDate(n[0], month, n[1].value)
	}
	return false
}

func (r *dateReader) setDate(year dateNumber, month, day int) bool {
	r.fields.year, r.fields.month, r.fields.day = year.year(), month, day
	return true
}

// year completes a year of two digits.
func (n dateNumber) year() int {
	if n.isYear {
		return n.value
	}
	return fourDigitYear(n.value)
}
