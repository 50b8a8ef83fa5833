"""What changed since a sender's last delivery: what each one held, in counts, and two of them beside each other.

Functions on frames and counts. What a delivery must be belongs in `conform`, a change of system in `cutover`.
"""
