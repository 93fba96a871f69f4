package library

func declareDelegates(l *Library) {
	l.delegate("Func", "R Invoke()", "R")
	l.delegate("Func", "R Invoke(A a)", "A", "R")
	l.delegate("Func", "R Invoke(A a, B b)", "A", "B", "R")
	l.delegate("Func", "R Invoke(A a, B b, C c)", "A", "B", "C", "R")
	l.delegate("Func", "R Invoke(A a, B b, C c, D d)", "A", "B", "C", "D", "R")
	l.delegate("Func", "R Invoke(A a, B b, C c, D d, E e)", "A", "B", "C", "D", "E", "R")
	l.delegate("Action", "void Invoke()")
	l.delegate("Action", "void Invoke(A a)", "A")
	l.delegate("Action", "void Invoke(A a, B b)", "A", "B")
	l.delegate("Action", "void Invoke(A a, B b, C c)", "A", "B", "C")
	l.delegate("Action", "void Invoke(A a, B b, C c, D d)", "A", "B", "C", "D")
	l.delegate("Predicate", "bool Invoke(T obj)", "T")
	l.delegate("Comparison", "int Invoke(T x, T y)", "T")
}
