"""RabbitMQ as a carrier (AMQP 0-9-1): quorum queues, confirms in batches, one connection each way.

address     what the URL says
wire        frames to bytes and back; nothing awaits
connection  one connection: handshake, heartbeats, channels
topology    the exchange and the queues that are ours
publisher   publishing, and the confirms
taker       deliveries, and answers for them
link        connects, and connects again
carrier     all of it as `queue.carrier.Carrier`
"""
