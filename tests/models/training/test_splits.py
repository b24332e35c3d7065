"""A head's header says which trades it has seen, and what is measured comes from the others."""

from models.training.splits import split_as_trained, split_by_trade, trades_text

TRADES = [f"trade {n}" for n in range(12)]


def test_a_trade_added_later_counts_as_unseen():
    kept, held = split_by_trade(TRADES, str, n_folds=4)
    known, unseen = split_as_trained([*TRADES, "new trade"], str, trades_text(kept, str))
    assert known == kept
    assert unseen == [*held, "new trade"]
