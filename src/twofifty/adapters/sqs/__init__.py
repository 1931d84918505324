"""Amazon SQS, standard and FIFO, as what carries tickets to workers: `queue.carrier.Carrier`."""
