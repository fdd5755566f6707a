"""The model card: what a model learned from, and how far it can be believed."""

from calibration import brier, expected_error, precision_recall, reliability


def card(manifest, settings, held_out, booster):
    p, same, weights_p = held_out
    table = reliability(p, same)
    gains = sorted(booster.get_score(importance_type="gain").items(), key=lambda each: -each[1])
    total = sum(gain for _, gain in gains)
    rows = [
        f"| {name} | {threshold} | {precision:.4f} | {recall:.4f} |"
        for threshold in (0.5, 0.85)
        for name, of in (("boosted", p), ("the weights alone", weights_p))
        for precision, recall in [precision_recall(of, same, threshold)]
    ]
    learned = ", ".join(f"{count:,} {origin} pairs" for origin, count in sorted(manifest["origins"].items()))
    return f"""# {manifest["name"]}
A gradient-boosted model over the Fellegi-Sunter weights of a graph: {settings}. It was given {learned}: three fifths of the customers taught it, one fifth calibrated it, and on the last, {len(p):,} pairs of which {int(same.sum()):,} are one customer's, it is judged here. It knows nothing of other data.

Brier score {brier(p, same):.6f} (the weights alone {brier(weights_p, same):.6f}), expected calibration error {expected_error(table):.5f}. Calibration (Platt): slope {manifest["calibration"]["slope"]:.5f}, intercept {manifest["calibration"]["intercept"]:.5f}.

| | threshold | precision | recall |
|---|---|---|---|
{chr(10).join(rows)}

![reliability](reliability.svg)

| probability | share that is one customer's | pairs |
|---|---|---|
{chr(10).join(f"| {mean:.3f} | {share:.3f} | {count:,} |" for count, mean, share in table)}

| feature | share of the gain |
|---|---|
{chr(10).join(f"| {name} | {gain / total:.3f} |" for name, gain in gains[:15])}
"""


def plot(table):
    """Probability against the share that is one customer's; on the diagonal a model is right about itself."""
    at = lambda p, share: f"{40 + 320 * p:.1f},{340 - 320 * share:.1f}"
    dots = "".join(
        f'<circle cx="{at(p, share).split(",")[0]}" cy="{at(p, share).split(",")[1]}" r="5"><title>{count} pairs</title></circle>'
        for count, p, share in table
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 380 380" font-family="sans-serif" font-size="12">
<title>probability against the share of pairs that is one customer's</title>
<rect width="380" height="380" fill="white"/><rect x="40" y="20" width="320" height="320" fill="none" stroke="gray"/>
<line x1="40" y1="340" x2="360" y2="20" stroke="gray" stroke-dasharray="4"/>
<polyline points="{" ".join(at(p, share) for _, p, share in table)}" fill="none" stroke="steelblue" stroke-width="2"/>
<g fill="steelblue">{dots}</g>
<text x="200" y="368" text-anchor="middle">probability</text>
<text x="16" y="180" text-anchor="middle" transform="rotate(-90 16 180)">share that is one customer's</text>
</svg>
"""
