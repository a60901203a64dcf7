"""The parts that several features share: words, screens, buttons, cards."""
