/* Control messages: the program's form (cmsg(3)) and the wire's. */
#ifndef LIBSOCKET_CONTROL_H
#define LIBSOCKET_CONTROL_H

#include "libsocket.h"
#include "wire.h"

/* Writes a message's control data in the wire's form into WIRE_MAXIMUM_CONTROL bytes. 0 or an errno. */
int control_to_wire(const struct msghdr *message, uint8_t *wire, size_t *length);

/* Gives control data from the wire to the receiver of a message: sets msg_controllen, and MSG_CTRUNC in msg_flags when there's not room for all. */
void control_from_wire(struct msghdr *message, const uint8_t *wire, size_t length);

#endif
