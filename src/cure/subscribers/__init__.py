"""Who asks and is told: watches, deliveries, and the formats in which others take what they may."""
