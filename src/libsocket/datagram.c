/*
 * A datagram goes out as one message gathered from a header made here and the program's own buffers, and comes in scattered likewise, so its payload isn't
 * copied in this process. Coming in there's a difficulty: the header's length is known only when it's here. Its usual length is assumed (a source address and no
 * control messages); behind the program's buffers there's room for as many bytes as the header can be longer, and if it was, the payload is moved down.
 */
#include "datagram.h"
#include "control.h"
#include "real.h"
#include "requests.h"
#include "scatter.h"
#include "system.h"
#include <netinet/in.h>

enum {
    MAXIMUM_BUFFERS = 1022,     /* IOV_MAX, less the two of ours */
    MAXIMUM_PREFIX = sizeof(struct wire_datagram) + 32 + WIRE_MAXIMUM_CONTROL,
    UDP_HEADER = 8,
    MINIMUM_IPV4_HEADER = 20,
};

/* What a pair that ended means: EPIPE after shutdown(), ENETDOWN when the daemon is gone. */
static int end_of_pair(int fd, int otherwise)
{
    int error = request_pending_error(fd);
    return error == 0 || error == ENOTSOCK ? otherwise : error;
}

/* The length of a destination on the wire, or 0 and an errno. */
static size_t destination_length(descriptor_t socket, const struct sockaddr *name, size_t length, int *error)
{
    *error = EINVAL;
    if (length < sizeof name->sa_family || length > sizeof(struct sockaddr_storage))
        return 0;
    size_t needed;
    switch (name->sa_family) {
    case AF_INET:
        needed = sizeof(struct sockaddr_in);
        break;
    case AF_INET6:
        needed = sizeof(struct sockaddr_in6);
        break;
    case AF_UNSPEC:     /* udp_sendmsg and raw_sendmsg of Linux take it for the socket's own family */
        needed = socket.inet6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
        break;
    default:
        *error = EAFNOSUPPORT;
        return 0;
    }
    if (name->sa_family == AF_INET6 && !socket.inet6) {
        *error = EAFNOSUPPORT;
        return 0;
    }
    if (length < needed)
        return 0;
    *error = 0;
    return needed;
}

/* For a datagram without a destination: 0 when the socket has a peer. It may have got one in another process; and may lose it there, which the daemon then reports. */
static int destination_known(int fd, descriptor_t socket)
{
    if (socket.state == STREAM_ESTABLISHED)
        return 0;
    uint8_t name[WIRE_MAXIMUM_NAME];
    struct request about = { .operation = WIRE_GETPEERNAME, .reply = name, .reply_size = sizeof name };
    int error = request_about(fd, &about);
    if (error == 0)
        descriptor_set_state(fd, socket, STREAM_ESTABLISHED);
    return error == ENOTCONN ? EDESTADDRREQ : 0;    /* whatever else is wrong, sending will tell */
}

static ssize_t send_message(int fd, const struct iovec *parts, size_t count, size_t prefix, int flags)
{
    struct msghdr framed = { .msg_iov = (struct iovec *)(uintptr_t)parts, .msg_iovlen = count };
    ssize_t sent = REAL(sendmsg)(fd, &framed, (flags & MSG_DONTWAIT) | MSG_NOSIGNAL);
    if (sent >= 0)
        return sent - (ssize_t)prefix;
    if (errno == EPIPE || errno == ECONNRESET) {
        int error = end_of_pair(fd, EPIPE);
        if (error == EPIPE && (flags & MSG_NOSIGNAL) == 0)
            raise(SIGPIPE);
        errno = error;
    }
    return -1;
}

ssize_t datagram_send(int fd, descriptor_t socket, const struct msghdr *message, int flags)
{
    /* Datagrams made of several sends and bytes out of band: what UDP here doesn't have is refused. */
    if ((flags & (MSG_OOB | MSG_MORE | MSG_DONTROUTE)) != 0)
        return result_of(EOPNOTSUPP);
    if (message->msg_iovlen > MAXIMUM_BUFFERS)
        return result_of(EMSGSIZE);
    size_t payload = scatter_length(message->msg_iov, message->msg_iovlen);
    if (payload > (socket.inet6 ? UINT16_MAX - UDP_HEADER : UINT16_MAX - UDP_HEADER - MINIMUM_IPV4_HEADER))
        return result_of(EMSGSIZE);

    _Alignas(8) uint8_t prefix[MAXIMUM_PREFIX];
    struct wire_datagram header = { 0 };
    size_t length = sizeof header;
    if (message->msg_name != NULL && message->msg_namelen != 0) {
        int error;
        size_t name = destination_length(socket, message->msg_name, message->msg_namelen, &error);
        if (error != 0)
            return result_of(error);
        memset(prefix + length, 0, wire_pad((uint32_t)name));
        memcpy(prefix + length, message->msg_name, name);
        sa_family_t family = name == sizeof(struct sockaddr_in6) ? AF_INET6 : AF_INET;
        memcpy(prefix + length, &family, sizeof family);
        header.name_length = (uint16_t)name;
        length += wire_pad((uint32_t)name);
    } else if (destination_known(fd, socket) != 0) {
        return result_of(EDESTADDRREQ);
    }
    size_t control;
    int error = control_to_wire(message, prefix + length, &control);
    if (error != 0)
        return result_of(error);
    header.control_length = (uint16_t)control;
    length += control;
    memcpy(prefix, &header, sizeof header);

    struct iovec parts[1 + message->msg_iovlen];
    parts[0] = (struct iovec){ prefix, length };
    for (size_t i = 0; i < message->msg_iovlen; i++)
        parts[1 + i] = message->msg_iov[i];
    return send_message(fd, parts, 1 + message->msg_iovlen, length, flags);
}

/* The errno that came instead of a datagram. Looking at it (MSG_PEEK) takes it, as it does on Linux. */
static ssize_t give_error(int fd, const struct iovec *parts, size_t count, size_t offset, int flags)
{
    int32_t error = EPROTO;
    scatter_read(parts, count, offset, &error, sizeof error);
    if ((flags & MSG_PEEK) != 0) {
        struct msghdr nothing = { 0 };
        system_recvmsg(fd, &nothing, MSG_DONTWAIT);
    }
    return result_of(error);
}

ssize_t datagram_receive(int fd, descriptor_t socket, struct msghdr *message, int flags)
{
    if ((flags & MSG_ERRQUEUE) != 0)
        return result_of(EAGAIN);       /* errors come one by one, as results of receiving */
    if ((flags & MSG_OOB) != 0)
        return result_of(EOPNOTSUPP);
    if (message->msg_iovlen > MAXIMUM_BUFFERS)
        return result_of(EMSGSIZE);

    _Alignas(8) uint8_t head[sizeof(struct wire_datagram) + 32];
    _Alignas(8) uint8_t spill[MAXIMUM_PREFIX];
    const size_t usual = sizeof(struct wire_datagram) + wire_pad(socket.inet6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
    const size_t count = message->msg_iovlen + 2;
    struct iovec parts[count];
    parts[0] = (struct iovec){ head, usual };
    for (size_t i = 0; i < message->msg_iovlen; i++)
        parts[1 + i] = message->msg_iov[i];
    parts[count - 1] = (struct iovec){ spill, sizeof spill };
    struct msghdr framed = { .msg_iov = parts, .msg_iovlen = count };
    ssize_t received = REAL(recvmsg)(fd, &framed, (flags & (MSG_DONTWAIT | MSG_PEEK)) | MSG_TRUNC);
    if (received < 0) {
        if (errno == ECONNRESET)
            errno = end_of_pair(fd, ENETDOWN);
        return -1;
    }
    message->msg_flags = 0;
    if (received == 0) {
        /* The daemon's end is shut: nothing will come any more. */
        message->msg_namelen = 0;
        message->msg_controllen = 0;
        return result_of(end_of_pair(fd, 0));
    }

    struct wire_datagram header;
    if (received < (ssize_t)sizeof header)
        return result_of(EPROTO);
    memcpy(&header, head, sizeof header);
    size_t name_end = sizeof header + wire_pad(header.name_length);
    size_t prefix = name_end + wire_pad(header.control_length);
    if (header.name_length > WIRE_MAXIMUM_NAME || header.control_length > WIRE_MAXIMUM_CONTROL || prefix > (size_t)received)
        return result_of(EPROTO);
    if ((header.flags & WIRE_DATAGRAM_ERROR) != 0)
        return give_error(fd, parts, count, prefix, flags);

    uint8_t moved[MAXIMUM_PREFIX];
    const uint8_t *fields = head;
    size_t room = scatter_length(message->msg_iov, message->msg_iovlen);
    size_t payload = (size_t)received - prefix;
    if (prefix != usual) {
        scatter_read(parts, count, 0, moved, prefix);
        fields = moved;
        scatter_move(parts, count, usual, prefix, smaller(payload, room));
    }
    if (message->msg_name != NULL)
        memcpy(message->msg_name, fields + sizeof header, smaller(message->msg_namelen, header.name_length));
    message->msg_namelen = header.name_length;
    control_from_wire(message, fields + name_end, header.control_length);
    if (payload > room || (header.flags & WIRE_DATAGRAM_TRUNCATED) != 0)
        message->msg_flags |= MSG_TRUNC;
    return (ssize_t)((flags & MSG_TRUNC) != 0 ? payload : smaller(payload, room));
}

int datagram_pending(int fd, int *count)
{
    struct wire_datagram header = { 0 };
    struct iovec part = { &header, sizeof header };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    ssize_t length = system_recvmsg(fd, &message, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
    if (count == NULL)
        return result_of(EFAULT);
    *count = 0;
    if (length >= (ssize_t)sizeof header && (header.flags & WIRE_DATAGRAM_ERROR) == 0) {
        size_t prefix = sizeof header + wire_pad(header.name_length) + wire_pad(header.control_length);
        *count = (int)((size_t)length - smaller(prefix, (size_t)length));
    }
    return 0;
}
