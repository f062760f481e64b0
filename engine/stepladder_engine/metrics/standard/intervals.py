"""How sure a figure is: 95 % intervals of shares and means, without drawing samples.

They are decimals from beginning to end, so that a figure is the same on every machine.
"""

from __future__ import annotations

from decimal import Decimal

from stepladder_engine.expressions.tally import EXACT, ROUNDED, divide, total
from stepladder_engine.metrics.standard.carrier import Numbers

Interval = tuple[Decimal, Decimal]

NORMAL = Decimal("1.959963984540054")
"""The 97.5 % point of the normal distribution."""

_T_POINTS = tuple(
    Decimal(point)
    for point in (
        *("12.706205", "4.302653", "3.182446", "2.776445", "2.570582", "2.446912", "2.364624", "2.306004"),
        *("2.262157", "2.228139", "2.200985", "2.178813", "2.160369", "2.144787", "2.131450", "2.119905"),
        *("2.109816", "2.100922", "2.093024", "2.085963", "2.079614", "2.073873", "2.068658", "2.063899"),
        *("2.059539", "2.055529", "2.051831", "2.048407", "2.045230", "2.042272"),
    )
)
"""The 97.5 % points of Student's t with 1, 2, 3, … degrees of freedom."""


def t_point(freedom: int) -> Decimal:
    """Give the 97.5 % point of Student's t.

    Up to 30 degrees of freedom from the table, then by the expansion in their inverse: Abramowitz and
    Stegun, Handbook of Mathematical Functions (1964), 26.7.5, there right to six places.
    """
    if freedom <= len(_T_POINTS):
        return _T_POINTS[freedom - 1]
    x, inverse = NORMAL, divide(Decimal(1), Decimal(freedom))
    terms = (
        x,
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
    )
    return total(ROUNDED.multiply(term, inverse**power) for power, term in enumerate(terms))


def wilson_interval(part: int, whole: int) -> Interval | None:
    """Give the 95 % score interval of a share; None of nothing.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the
    American Statistical Association 22 (1927). It stays between 0 and 1 and holds in small samples.
    """
    if whole == 0:
        return None
    count, found = Decimal(whole), divide(Decimal(part), Decimal(whole))
    square = ROUNDED.multiply(NORMAL, NORMAL)
    variance = divide(found * (1 - found), count) + divide(square, 4 * count * count)
    spread = ROUNDED.multiply(NORMAL, ROUNDED.sqrt(variance))
    middle, scale = found + divide(square, 2 * count), 1 + divide(square, count)
    # At the ends rounding would leave a trace below 0 or above 1.
    low = Decimal(0) if part == 0 else divide(middle - spread, scale)
    high = Decimal(1) if part == whole else divide(middle + spread, scale)
    return low, high


def mean_interval(values: Numbers) -> Interval | None:
    """Give the 95 % interval of a mean by Student's t; None of less than two values.

    Student (W. S. Gosset), The probable error of a mean, Biometrika 6 (1908): the mean, and on each
    side the t point with n - 1 degrees of freedom times s / √n.
    """
    if len(values) < 2:
        return None
    count, whole = Decimal(len(values)), values.total
    # n·Σx² - (Σx)² is exact, so that nothing is lost where the mean is large and the spread small.
    spread = EXACT.subtract(EXACT.multiply(count, values.squares), EXACT.multiply(whole, whole))
    error = ROUNDED.sqrt(divide(spread, count * count * (count - 1)))
    middle, reach = divide(whole, count), ROUNDED.multiply(t_point(len(values) - 1), error)
    return middle - reach, middle + reach
